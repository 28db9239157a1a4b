// PenumbraInverse
