// One face for Embree 3 (Debian 12) and Embree 4 (Debian 13).
#pragma once
#if __has_include(<embree4/rtcore.h>)
#include <embree4/rtcore.h>
#else
#include <embree3/rtcore.h>
#endif

// A closest hit: `geometry` is RTC_INVALID_GEOMETRY_ID for a miss, `instance` for a hit outside instances.
typedef struct {
  float t, u, v;
  unsigned int geometry, primitive, instance;
} CEmbreeHit;

static inline void cembree_intersect(
    RTCScene scene, float ox, float oy, float oz, float tnear, float dx, float dy, float dz, float tfar,
    CEmbreeHit *hit) {
  struct RTCRayHit query;
  query.ray.org_x = ox;
  query.ray.org_y = oy;
  query.ray.org_z = oz;
  query.ray.tnear = tnear;
  query.ray.dir_x = dx;
  query.ray.dir_y = dy;
  query.ray.dir_z = dz;
  query.ray.time = 0;
  query.ray.tfar = tfar;
  query.ray.mask = 0xffffffffu;
  query.ray.id = 0;
  query.ray.flags = 0;
  query.hit.geomID = RTC_INVALID_GEOMETRY_ID;
  query.hit.instID[0] = RTC_INVALID_GEOMETRY_ID;
#if RTC_VERSION_MAJOR >= 4
  rtcIntersect1(scene, &query, 0);
#else
  struct RTCIntersectContext context;
  rtcInitIntersectContext(&context);
  rtcIntersect1(scene, &context, &query);
#endif
  hit->t = query.ray.tfar;
  hit->u = query.hit.u;
  hit->v = query.hit.v;
  hit->geometry = query.hit.geomID;
  hit->primitive = query.hit.primID;
  hit->instance = query.hit.instID[0];
}

// Records a hit of a user geometry at distance `t`, within the instance that is being traversed.
static inline void cembree_accept_hit(const struct RTCIntersectFunctionNArguments *arguments, float t) {
  struct RTCRayHit *query = (struct RTCRayHit *)arguments->rayhit;
  query->ray.tfar = t;
  query->hit.u = 0;
  query->hit.v = 0;
  query->hit.primID = 0;
  query->hit.geomID = arguments->geomID;
  query->hit.instID[0] = arguments->context->instID[0];
}

static inline int cembree_occluded(
    RTCScene scene, float ox, float oy, float oz, float tnear, float dx, float dy, float dz, float tfar) {
  struct RTCRay ray;
  ray.org_x = ox;
  ray.org_y = oy;
  ray.org_z = oz;
  ray.tnear = tnear;
  ray.dir_x = dx;
  ray.dir_y = dy;
  ray.dir_z = dz;
  ray.time = 0;
  ray.tfar = tfar;
  ray.mask = 0xffffffffu;
  ray.id = 0;
  ray.flags = 0;
#if RTC_VERSION_MAJOR >= 4
  rtcOccluded1(scene, &ray, 0);
#else
  struct RTCIntersectContext context;
  rtcInitIntersectContext(&context);
  rtcOccluded1(scene, &context, &ray);
#endif
  return ray.tfar < 0;
}
