#pragma once
#include <stddef.h>
#include <stdint.h>

/// Whether Assimp reads files with this extension, given with its dot.
int cassimp_reads(const char *extension);

/// What a conversion gave; freed by `cassimp_free`.
typedef struct {
  /// A glTF 2.0 container, or NULL.
  uint8_t *bytes;
  size_t count;
  /// What Assimp had to say where there are no bytes.
  char complaint[256];
} cassimp_result;

/// Reads a model with Assimp and gives it back as a glTF 2.0 container.
///
/// Assimp works in a child process with limits, so that a damaged file can end nothing but that process. Textures that
/// are not found beside the model are left out.
/// - Parameters:
///   - memory: bytes of address space that the child may add.
///   - seconds: of processor time.
///   - maximum: bytes of the container.
cassimp_result cassimp_convert(const char *path, size_t memory, unsigned seconds, size_t maximum);

void cassimp_free(cassimp_result *result);
