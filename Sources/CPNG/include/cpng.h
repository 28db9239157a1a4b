#pragma once
// libpng reports errors by longjmp, which must not cross Swift frames. Every function here ends the jump itself and
// returns null, or the complaint in one string that lives as long as the reader or writer.
// The simplified API of libpng is no way out: it premultiplies and converts 16-bit samples.

#include <png.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// What a file says before its pixels.
typedef struct {
  uint32_t width, height;
  /// Bits per stored sample, and libpng's colour type.
  uint8_t depth, color_type;
  /// Samples per pixel: 1 to 4.
  uint8_t samples;
  /// An sRGB or iCCP chunk is there.
  bool is_srgb;
  /// The gAMA chunk times 100 000; 0 where there is none.
  int32_t gamma;
  int palette_count, palette_alpha_count;
  png_color palette[256];
  uint8_t palette_alpha[256];
  /// The grey or colour that counts as transparent, if there is one.
  bool has_key;
  uint16_t key[3];
} cpng_header;

typedef struct cpng_reader cpng_reader;

/// Starts to read a file that must outlive the reader; null without memory.
cpng_reader *cpng_reader_create(const uint8_t *bytes, size_t size);
void cpng_reader_destroy(cpng_reader *reader);
/// Reads up to the pixels.
const char *cpng_read_header(cpng_reader *reader, cpng_header *header);
/// Reads the rest: samples of at most 8 bits as one byte each, unscaled; of 16 bits as two in the machine's order.
const char *cpng_read_samples(cpng_reader *reader, void *samples);

typedef struct cpng_writer cpng_writer;

/// The picture to write: 1 to 4 samples per pixel of 8 or 16 bits in the machine's order.
typedef struct {
  uint32_t width, height;
  int samples, depth;
  /// The file says gAMA 1 if true, else sRGB.
  bool is_linear;
} cpng_layout;

cpng_writer *cpng_writer_create(void);
void cpng_writer_destroy(cpng_writer *writer);
const char *cpng_write(cpng_writer *writer, const cpng_layout *layout, const void *samples);
/// The finished file, which lives as long as the writer.
const uint8_t *cpng_writer_bytes(const cpng_writer *writer, size_t *size);
