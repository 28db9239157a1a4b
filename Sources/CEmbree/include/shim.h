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

// A ray of a packet.
typedef struct {
  float ox, oy, oz, near, dx, dy, dz, far;
} CEmbreeRay;

enum { CEmbreePacketWidth = 16 };

// Closest hits of `count` rays, in packets. `coherent` tells that they start together and go the same way.
void cembree_intersect_many(RTCScene scene, const CEmbreeRay *rays, int count, int coherent, CEmbreeHit *hits);

// Whether each of `count` rays is blocked, in packets. They are never called coherent: those towards an environment go
// everywhere, for which Embree's coherent traversal is many times slower.
void cembree_occluded_many(RTCScene scene, const CEmbreeRay *rays, int count, unsigned char *blocked);

// Packets of n rays handed to the functions of user geometries: arrays of n numbers, in this order. Embree's own accessors
// are for C++.
enum {
  CEmbreeOriginX, CEmbreeOriginY, CEmbreeOriginZ, CEmbreeNear, CEmbreeDirectionX, CEmbreeDirectionY, CEmbreeDirectionZ,
  CEmbreeTime, CEmbreeFar, CEmbreeMask, CEmbreeID, CEmbreeFlags, CEmbreeRayFields
};
enum {
  CEmbreeNormalX = CEmbreeRayFields, CEmbreeNormalY, CEmbreeNormalZ, CEmbreeU, CEmbreeV, CEmbreePrimitive,
  CEmbreeGeometry, CEmbreeInstance
};

// What an intersection needs of lane `i` of a packet.
static inline struct RTCRay cembree_lane(const void *rays, unsigned int n, unsigned int i) {
  const float *f = (const float *)rays + i;
  struct RTCRay ray;
  ray.org_x = f[CEmbreeOriginX * n];
  ray.org_y = f[CEmbreeOriginY * n];
  ray.org_z = f[CEmbreeOriginZ * n];
  ray.tnear = f[CEmbreeNear * n];
  ray.dir_x = f[CEmbreeDirectionX * n];
  ray.dir_y = f[CEmbreeDirectionY * n];
  ray.dir_z = f[CEmbreeDirectionZ * n];
  ray.time = 0;
  ray.tfar = f[CEmbreeFar * n];
  ray.mask = 0xffffffffu;
  ray.id = 0;
  ray.flags = 0;
  return ray;
}

static inline struct RTCRay cembree_lane_ray(const struct RTCIntersectFunctionNArguments *arguments, unsigned int i) {
  return cembree_lane(arguments->rayhit, arguments->N, i);
}

static inline struct RTCRay cembree_lane_shadow_ray(
    const struct RTCOccludedFunctionNArguments *arguments, unsigned int i) {
  return cembree_lane(arguments->ray, arguments->N, i);
}

// Records a hit in lane `i`, within the instance that is being traversed.
static inline void cembree_accept_hit(
    const struct RTCIntersectFunctionNArguments *arguments, unsigned int i, float t) {
  const unsigned int n = arguments->N;
  float *f = (float *)arguments->rayhit + i;
  unsigned int *id = (unsigned int *)arguments->rayhit + i;
  f[CEmbreeFar * n] = t;
  f[CEmbreeU * n] = 0;
  f[CEmbreeV * n] = 0;
  id[CEmbreePrimitive * n] = 0;
  id[CEmbreeGeometry * n] = arguments->geomID;
  id[CEmbreeInstance * n] = arguments->context->instID[0];
}

static inline void cembree_block_lane(const struct RTCOccludedFunctionNArguments *arguments, unsigned int i) {
  ((float *)arguments->ray + i)[CEmbreeFar * arguments->N] = -__builtin_inff();
}
