#pragma once
// libpng's simplified API cannot hand out 16-bit samples untouched (it premultiplies and converts them), so the
// readers and writers use zlib directly and libpng serves as the second opinion in the tests.
#include <png.h>
#include <zlib.h>
