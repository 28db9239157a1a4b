@_exported public import PenumbraImages
@_exported public import PenumbraInverse
@_exported public import PenumbraScenes
@_exported public import PenumbraTransport
