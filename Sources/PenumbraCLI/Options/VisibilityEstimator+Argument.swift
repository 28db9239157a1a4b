public import ArgumentParser
public import Penumbra

extension VisibilityEstimator: ExpressibleByArgument {}
