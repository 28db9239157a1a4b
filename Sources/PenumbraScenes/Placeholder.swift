// PenumbraScenes
