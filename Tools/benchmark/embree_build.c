// Reads a binary PLY of 32-bit floats and triangles and builds Embree's structure over it: the least that any renderer
// must do. Prints seconds and peak bytes.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#if __has_include(<embree4/rtcore.h>)
#include <embree4/rtcore.h>
#else
#include <embree3/rtcore.h>
#endif

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

int main(int argc, char **argv) {
  if (argc != 2) return 64;
  double start = now();
  FILE *file = fopen(argv[1], "rb");
  if (!file) return 66;
  char line[256];
  size_t vertices = 0, triangles = 0;
  while (fgets(line, sizeof line, file) && strcmp(line, "end_header\n")) {
    sscanf(line, "element vertex %zu", &vertices);
    sscanf(line, "element face %zu", &triangles);
  }
  RTCDevice device = rtcNewDevice("");
  RTCScene scene = rtcNewScene(device);
  RTCGeometry mesh = rtcNewGeometry(device, RTC_GEOMETRY_TYPE_TRIANGLE);
  float *points = rtcSetNewGeometryBuffer(mesh, RTC_BUFFER_TYPE_VERTEX, 0, RTC_FORMAT_FLOAT3, 12, vertices);
  uint32_t *corners = rtcSetNewGeometryBuffer(mesh, RTC_BUFFER_TYPE_INDEX, 0, RTC_FORMAT_UINT3, 12, triangles);
  if (fread(points, 12, vertices, file) != vertices) return 65;
  enum { chunk = 4096 };
  static unsigned char bytes[13 * chunk];
  for (size_t i = 0; i < triangles;) {
    size_t n = triangles - i < chunk ? triangles - i : chunk;
    if (fread(bytes, 13, n, file) != n) return 65;
    for (size_t k = 0; k < n; ++k) memcpy(corners + 3 * (i + k), bytes + 13 * k + 1, 12);
    i += n;
  }
  fclose(file);
  rtcCommitGeometry(mesh);
  rtcAttachGeometry(scene, mesh);
  rtcCommitScene(scene);
  double seconds = now() - start;
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  printf("{\"seconds\": %.3f, \"peak_bytes\": %ld}\n", seconds, usage.ru_maxrss * 1024L);
  return 0;
}
