#include "complaint.h"
#include "cpng.h"

#include <stdlib.h>
#include <string.h>

struct cpng_writer {
  png_structp png;
  png_infop info;
  uint8_t *bytes;
  size_t size, capacity;
  cpng_complaint complaint;
};

static void append_bytes(png_structp png, png_bytep bytes, size_t count) {
  cpng_writer *writer = png_get_io_ptr(png);
  if (count > writer->capacity - writer->size) {
    size_t capacity = 2 * (writer->size + count);
    uint8_t *grown = realloc(writer->bytes, capacity);
    if (!grown) png_error(png, "no memory for the file");
    writer->bytes = grown;
    writer->capacity = capacity;
  }
  memcpy(writer->bytes + writer->size, bytes, count);
  writer->size += count;
}

static void flush_nothing(png_structp png) { (void)png; }

cpng_writer *cpng_writer_create(void) {
  cpng_writer *writer = calloc(1, sizeof *writer);
  if (!writer) return NULL;
  writer->png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &writer->complaint, cpng_fail, cpng_warn);
  writer->info = writer->png ? png_create_info_struct(writer->png) : NULL;
  if (writer->info) return writer;
  cpng_writer_destroy(writer);
  return NULL;
}

void cpng_writer_destroy(cpng_writer *writer) {
  png_destroy_write_struct(&writer->png, &writer->info);
  free(writer->bytes);
  free(writer);
}

const char *cpng_write(cpng_writer *writer, const cpng_layout *layout, const void *samples) {
  static const int color_types[] = {
      PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB, PNG_COLOR_TYPE_RGB_ALPHA};
  png_structp png = writer->png;
  png_infop info = writer->info;
  if (setjmp(png_jmpbuf(png))) return writer->complaint.message;
  png_set_write_fn(png, writer, append_bytes, flush_nothing);
  png_set_compression_buffer_size(png, 1 << 16);
  // Level 6 takes three times as long on noisy renderings and saves a tenth.
  png_set_compression_level(png, 3);
  png_set_IHDR(
      png, info, layout->width, layout->height, layout->depth, color_types[layout->samples - 1], PNG_INTERLACE_NONE,
      PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  if (layout->is_linear)
    png_set_gAMA_fixed(png, info, PNG_FP_1);
  else
    png_set_sRGB(png, info, PNG_sRGB_INTENT_PERCEPTUAL);
  png_write_info(png, info);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  if (layout->depth == 16) png_set_swap(png);
#endif
  size_t row_bytes = (size_t)layout->width * (size_t)layout->samples * (size_t)layout->depth / 8;
  for (uint32_t row = 0; row < layout->height; row++)
    png_write_row(png, (png_const_bytep)samples + row * row_bytes);
  png_write_end(png, info);
  return NULL;
}

const uint8_t *cpng_writer_bytes(const cpng_writer *writer, size_t *size) {
  *size = writer->size;
  return writer->bytes;
}
