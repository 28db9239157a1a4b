// PenumbraTransport
