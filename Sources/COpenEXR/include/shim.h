#pragma once
#include <OpenEXR/openexr.h>
// OpenEXRCore cannot reconstruct colours from luminance and subsampled chroma; the C interface of the C++ library can.
#include <OpenEXR/ImfCRgbaFile.h>

// Readers take a chunk whose size equals that of its pixels for uncompressed. The library stores the pixels as they
// are only when compression makes them larger, so a compressed chunk of exactly that size would be misread.
static inline exr_result_t copenexr_compress(exr_encode_pipeline_t *encode) {
  exr_result_t (*compress)(exr_encode_pipeline_t *) =
      (exr_result_t(*)(exr_encode_pipeline_t *))encode->encoding_user_data;
  exr_result_t status = compress(encode);
  if (status == EXR_ERR_SUCCESS && encode->compressed_bytes == encode->packed_bytes &&
      encode->compressed_buffer != encode->packed_buffer)
    __builtin_memcpy(encode->compressed_buffer, encode->packed_buffer, encode->packed_bytes);
  return status;
}

static inline void copenexr_guard_compression(exr_encode_pipeline_t *encode) {
  if (!encode->compress_fn) return;
  encode->encoding_user_data = (void *)encode->compress_fn;
  encode->compress_fn = copenexr_compress;
}
