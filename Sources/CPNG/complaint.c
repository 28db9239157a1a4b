#include "complaint.h"

#include <stdio.h>

void cpng_fail(png_structp png, png_const_charp message) {
  cpng_complaint *complaint = png_get_error_ptr(png);
  if (complaint->warning[0])
    snprintf(complaint->message, sizeof complaint->message, "%s (%s)", message, complaint->warning);
  else
    snprintf(complaint->message, sizeof complaint->message, "%s", message);
  png_longjmp(png, 1);
}

void cpng_warn(png_structp png, png_const_charp message) {
  cpng_complaint *complaint = png_get_error_ptr(png);
  if (!complaint->warning[0]) snprintf(complaint->warning, sizeof complaint->warning, "%s", message);
}
