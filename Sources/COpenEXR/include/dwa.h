#pragma once
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// An EXR file in memory.
typedef struct {
  const void *bytes;
  size_t size;
  const char *name;
  bool is_tiled;
} copenexr_dwa_file;

/// Where the pixels go: channels in the order of `channels`, interleaved, row after row.
typedef struct {
  float *values;
  const char *const *channels;
  size_t channel_count;
  int left, top, width, height;
} copenexr_dwa_picture;

/// Decodes the first part's level 0 as floats. False, with one message in `complaint`, for a damaged file.
bool copenexr_read_dwa(
    const copenexr_dwa_file *file, const copenexr_dwa_picture *picture, char *complaint, size_t complaint_size);

#ifdef __cplusplus
}
#endif
