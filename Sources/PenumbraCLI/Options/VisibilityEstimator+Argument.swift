public import ArgumentParser
public import PenumbraTransport

extension VisibilityEstimator: ExpressibleByArgument {}
