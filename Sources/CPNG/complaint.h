#pragma once
#include <png.h>

/// What libpng had to say: the error, and the first warning, which often names the cause.
typedef struct {
  char warning[128];
  char message[320];
} cpng_complaint;

/// Callbacks for libpng; `png_get_error_ptr` must be a `cpng_complaint`.
void cpng_fail(png_structp png, png_const_charp message);
void cpng_warn(png_structp png, png_const_charp message);
