#include "complaint.h"
#include "cpng.h"

#include <stdlib.h>
#include <string.h>

struct cpng_reader {
  png_structp png;
  png_infop info;
  const uint8_t *bytes;
  size_t size, position;
  cpng_complaint complaint;
};

static void read_bytes(png_structp png, png_bytep buffer, size_t count) {
  cpng_reader *reader = png_get_io_ptr(png);
  if (count > reader->size - reader->position) png_error(png, "the file ends too early");
  memcpy(buffer, reader->bytes + reader->position, count);
  reader->position += count;
}

cpng_reader *cpng_reader_create(const uint8_t *bytes, size_t size) {
  cpng_reader *reader = calloc(1, sizeof *reader);
  if (!reader) return NULL;
  reader->bytes = bytes;
  reader->size = size;
  reader->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &reader->complaint, cpng_fail, cpng_warn);
  reader->info = reader->png ? png_create_info_struct(reader->png) : NULL;
  if (reader->info) return reader;
  cpng_reader_destroy(reader);
  return NULL;
}

void cpng_reader_destroy(cpng_reader *reader) {
  png_destroy_read_struct(&reader->png, &reader->info, NULL);
  free(reader);
}

static void read_transparency(cpng_reader *reader, cpng_header *header) {
  png_bytep alpha = NULL;
  png_color_16p key = NULL;
  int count = 0;
  if (!png_get_tRNS(reader->png, reader->info, &alpha, &count, &key)) return;
  if (header->color_type == PNG_COLOR_TYPE_PALETTE) {
    header->palette_alpha_count = alpha ? count : 0;
    if (alpha) memcpy(header->palette_alpha, alpha, (size_t)count);
  } else if (key) {
    uint16_t mask = (uint16_t)((1u << header->depth) - 1);
    header->has_key = true;
    header->key[0] = mask & (header->color_type == PNG_COLOR_TYPE_GRAY ? key->gray : key->red);
    header->key[1] = mask & key->green;
    header->key[2] = mask & key->blue;
  }
}

const char *cpng_read_header(cpng_reader *reader, cpng_header *header) {
  png_structp png = reader->png;
  png_infop info = reader->info;
  memset(header, 0, sizeof *header);
  if (setjmp(png_jmpbuf(png))) return reader->complaint.message;
  png_set_read_fn(png, reader, read_bytes);
  // The caller judges the size before it takes memory for the pixels.
  png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  // Neither texts nor primaries are used, so damage in them does no harm; a bad cHRM would take gAMA with it.
  static const png_byte unused[] = "cHRM\0eXIf\0iTXt\0sPLT\0tEXt\0zTXt";
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, unused, sizeof unused / 5);
  png_read_info(png, info);

  header->width = png_get_image_width(png, info);
  header->height = png_get_image_height(png, info);
  header->depth = png_get_bit_depth(png, info);
  header->color_type = png_get_color_type(png, info);
  header->samples = png_get_channels(png, info);
  header->is_srgb = png_get_valid(png, info, PNG_INFO_sRGB | PNG_INFO_iCCP) != 0;
  png_fixed_point gamma = 0;
  if (png_get_gAMA_fixed(png, info, &gamma)) header->gamma = gamma;
  png_colorp palette = NULL;
  int count = 0;
  if (png_get_PLTE(png, info, &palette, &count)) {
    header->palette_count = count;
    memcpy(header->palette, palette, (size_t)count * sizeof *palette);
  }
  read_transparency(reader, header);
  return NULL;
}

const char *cpng_read_samples(cpng_reader *reader, void *samples) {
  png_structp png = reader->png;
  png_infop info = reader->info;
  if (setjmp(png_jmpbuf(png))) return reader->complaint.message;
  png_set_packing(png);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  png_set_swap(png);
#endif
  int passes = png_set_interlace_handling(png);
  png_read_update_info(png, info);
  size_t row_bytes = png_get_rowbytes(png, info);
  uint32_t height = png_get_image_height(png, info);
  for (int pass = 0; pass < passes; pass++)
    for (uint32_t row = 0; row < height; row++) png_read_row(png, (png_bytep)samples + row * row_bytes, NULL);
  png_read_end(png, NULL);
  return NULL;
}
