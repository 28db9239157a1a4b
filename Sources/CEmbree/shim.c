#include "shim.h"

// Packets: Embree wants one array per coordinate.

enum { width = CEmbreePacketWidth };

// Fewer rays than this are traced one by one: most lanes of a packet would be idle.
enum { fewest = 3 };

typedef float Four __attribute__((ext_vector_type(4)));

static inline Four load(const void *numbers) {
  Four result;
  __builtin_memcpy(&result, numbers, sizeof result);
  return result;
}

static inline void store(void *numbers, Four values) { __builtin_memcpy(numbers, &values, sizeof values); }

// Rows become columns.
static inline void transpose(Four *a, Four *b, Four *c, Four *d) {
  const Four ab_low = __builtin_shufflevector(*a, *b, 0, 4, 1, 5), ab_high = __builtin_shufflevector(*a, *b, 2, 6, 3, 7);
  const Four cd_low = __builtin_shufflevector(*c, *d, 0, 4, 1, 5), cd_high = __builtin_shufflevector(*c, *d, 2, 6, 3, 7);
  *a = __builtin_shufflevector(ab_low, cd_low, 0, 1, 4, 5);
  *b = __builtin_shufflevector(ab_low, cd_low, 2, 3, 6, 7);
  *c = __builtin_shufflevector(ab_high, cd_high, 0, 1, 4, 5);
  *d = __builtin_shufflevector(ab_high, cd_high, 2, 3, 6, 7);
}

static void fill(struct RTCRay16 *packet, const CEmbreeRay *rays, int count, int *valid) {
  for (int i = 0; i < width; i += 4) {
    Four origins[4], directions[4];
    for (int k = 0; k < 4; k++) {
      // Idle lanes repeat the first ray, so that nothing is undefined.
      const CEmbreeRay *ray = rays + (i + k < count ? i + k : 0);
      valid[i + k] = i + k < count ? -1 : 0;
      origins[k] = load(&ray->ox);
      directions[k] = load(&ray->dx);
    }
    transpose(origins, origins + 1, origins + 2, origins + 3);
    transpose(directions, directions + 1, directions + 2, directions + 3);
    store(packet->org_x + i, origins[0]);
    store(packet->org_y + i, origins[1]);
    store(packet->org_z + i, origins[2]);
    store(packet->tnear + i, origins[3]);
    store(packet->dir_x + i, directions[0]);
    store(packet->dir_y + i, directions[1]);
    store(packet->dir_z + i, directions[2]);
    store(packet->tfar + i, directions[3]);
  }
  for (int i = 0; i < width; i++) {
    packet->time[i] = 0;
    packet->mask[i] = 0xffffffffu;
    packet->id[i] = 0;
    packet->flags[i] = 0;
  }
}

static void take(const struct RTCRayHit16 *packet, int count, CEmbreeHit *hits) {
  for (int i = 0; i < count; i += 4) {
    Four rows[4] = {
        load(packet->ray.tfar + i), load(packet->hit.u + i), load(packet->hit.v + i), load(packet->hit.geomID + i)};
    transpose(rows, rows + 1, rows + 2, rows + 3);
    for (int k = 0; k < 4 && i + k < count; k++) {
      store(&hits[i + k].t, rows[k]);
      hits[i + k].primitive = packet->hit.primID[i + k];
      hits[i + k].instance = packet->hit.instID[0][i + k];
    }
  }
}

void cembree_intersect_many(RTCScene scene, const CEmbreeRay *rays, int count, int coherent, CEmbreeHit *hits) {
  for (int start = 0; start < count; start += width) {
    const int n = count - start < width ? count - start : width;
    const CEmbreeRay *first = rays + start;
    if (n < fewest) {
      for (int i = 0; i < n; i++) {
        const CEmbreeRay *r = first + i;
        cembree_intersect(scene, r->ox, r->oy, r->oz, r->near, r->dx, r->dy, r->dz, r->far, hits + start + i);
      }
      continue;
    }
    struct RTCRayHit16 packet;
    _Alignas(64) int valid[width];
    fill(&packet.ray, first, n, valid);
    for (int i = 0; i < width; i++) {
      packet.hit.geomID[i] = RTC_INVALID_GEOMETRY_ID;
      packet.hit.instID[0][i] = RTC_INVALID_GEOMETRY_ID;
    }
#if RTC_VERSION_MAJOR >= 4
    struct RTCIntersectArguments arguments;
    rtcInitIntersectArguments(&arguments);
    if (coherent) arguments.flags = RTC_RAY_QUERY_FLAG_COHERENT;
    rtcIntersect16(valid, scene, &packet, &arguments);
#else
    struct RTCIntersectContext context;
    rtcInitIntersectContext(&context);
    if (coherent) context.flags = RTC_INTERSECT_CONTEXT_FLAG_COHERENT;
    rtcIntersect16(valid, scene, &context, &packet);
#endif
    take(&packet, n, hits + start);
  }
}

void cembree_occluded_many(RTCScene scene, const CEmbreeRay *rays, int count, unsigned char *blocked) {
  for (int start = 0; start < count; start += width) {
    const int n = count - start < width ? count - start : width;
    const CEmbreeRay *first = rays + start;
    if (n < fewest) {
      for (int i = 0; i < n; i++) {
        const CEmbreeRay *r = first + i;
        blocked[start + i] =
            (unsigned char)cembree_occluded(scene, r->ox, r->oy, r->oz, r->near, r->dx, r->dy, r->dz, r->far);
      }
      continue;
    }
    struct RTCRay16 packet;
    _Alignas(64) int valid[width];
    fill(&packet, first, n, valid);
#if RTC_VERSION_MAJOR >= 4
    rtcOccluded16(valid, scene, &packet, 0);
#else
    struct RTCIntersectContext context;
    rtcInitIntersectContext(&context);
    rtcOccluded16(valid, scene, &context, &packet);
#endif
    for (int i = 0; i < n; i++) blocked[start + i] = packet.tfar[i] < 0;
  }
}
