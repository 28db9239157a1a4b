#include "shim.h"

// Packets: Embree wants one array per coordinate.

enum { width = CEmbreePacketWidth };

// Fewer rays than this are traced one by one: most lanes of a packet would be idle.
enum { fewest = 3 };

static void fill(struct RTCRay16 *packet, const CEmbreeRay *rays, int count, int *valid) {
  for (int i = 0; i < width; i++) {
    // Idle lanes repeat the first ray, so that nothing is undefined.
    const CEmbreeRay *ray = rays + (i < count ? i : 0);
    valid[i] = i < count ? -1 : 0;
    packet->org_x[i] = ray->ox;
    packet->org_y[i] = ray->oy;
    packet->org_z[i] = ray->oz;
    packet->tnear[i] = ray->near;
    packet->dir_x[i] = ray->dx;
    packet->dir_y[i] = ray->dy;
    packet->dir_z[i] = ray->dz;
    packet->time[i] = 0;
    packet->tfar[i] = ray->far;
    packet->mask[i] = 0xffffffffu;
    packet->id[i] = 0;
    packet->flags[i] = 0;
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
    for (int i = 0; i < n; i++) {
      CEmbreeHit *hit = hits + start + i;
      hit->t = packet.ray.tfar[i];
      hit->u = packet.hit.u[i];
      hit->v = packet.hit.v[i];
      hit->geometry = packet.hit.geomID[i];
      hit->primitive = packet.hit.primID[i];
      hit->instance = packet.hit.instID[0][i];
    }
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
