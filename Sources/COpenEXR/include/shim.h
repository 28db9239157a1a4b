#pragma once
#include <OpenEXR/openexr.h>
// OpenEXRCore cannot reconstruct colours from luminance and subsampled chroma; the C interface of the C++ library can.
#include <OpenEXR/ImfCRgbaFile.h>
