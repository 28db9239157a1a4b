// What Swift's SIMD types say lane by lane only: square roots, conversions, masks as bits, and turning rows into columns.
#pragma once

typedef float CPacket4 __attribute__((ext_vector_type(4)));
typedef float CPacket8 __attribute__((ext_vector_type(8)));
typedef int CPacketInts __attribute__((ext_vector_type(8)));

#define CPACKET_INLINE static inline __attribute__((always_inline))

// Optimizers take vectors apart in order to merge the pieces with what comes before and after, which costs more than it
// saves: this hides a vector from them.
#ifdef __AVX__
#define CPACKET_KEEP(vector) __asm__("" : "+x"(vector))
#else
#define CPACKET_KEEP(vector) (void)(vector)
#endif

CPACKET_INLINE CPacket8 cpacket_whole(CPacket8 x) {
  CPACKET_KEEP(x);
  return x;
}

// What is read soon, from anywhere.
CPACKET_INLINE void cpacket_prefetch(const float *address) { __builtin_prefetch(address); }

CPACKET_INLINE CPacket8 cpacket_square_root(CPacket8 x) { return __builtin_elementwise_sqrt(x); }

CPACKET_INLINE CPacket8 cpacket_from_integers(CPacketInts x) { return __builtin_convertvector(x, CPacket8); }

// Towards 0; what does not fit into 32 bits is undefined.
CPACKET_INLINE CPacketInts cpacket_to_integers(CPacket8 x) { return __builtin_convertvector(x, CPacketInts); }

CPACKET_INLINE CPacket8 cpacket_floor(CPacket8 x) { return __builtin_elementwise_floor(x); }

CPACKET_INLINE CPacket8 cpacket_nearest(CPacket8 x) { return __builtin_elementwise_roundeven(x); }

// Bit i tells whether lane i is not 0.
CPACKET_INLINE unsigned char cpacket_bits(CPacketInts mask) {
  typedef _Bool Bits __attribute__((ext_vector_type(8)));
  const Bits bits = __builtin_convertvector(mask, Bits);
  unsigned char result;
  __builtin_memcpy(&result, &bits, 1);
  return result;
}

// −1 in the lanes whose bits are set, 0 elsewhere.
CPACKET_INLINE CPacketInts cpacket_mask(unsigned char bits) {
  const CPacketInts lanes = {1, 2, 4, 8, 16, 32, 64, 128};
  return ((CPacketInts)((int)bits) & lanes) == lanes;
}

// Both directions work on halves of four lanes, the width in which processors shuffle. `rows` are eight times four
// numbers, aligned to 16 bytes.

// Rows i and i + 4 side by side.
CPACKET_INLINE CPacket8 cpacket_row_pair(const float *rows, int i) {
  const CPacket4 *r = (const CPacket4 *)rows;
  CPacket8 result = __builtin_shufflevector(r[i], r[i + 4], 0, 1, 2, 3, 4, 5, 6, 7);
  CPACKET_KEEP(result);
  return result;
}

CPACKET_INLINE CPacket8 cpacket_first_halves(CPacket8 a, CPacket8 b) {
  CPacket8 result = __builtin_shufflevector(a, b, 0, 8, 1, 9, 4, 12, 5, 13);
  CPACKET_KEEP(result);
  return result;
}

CPACKET_INLINE CPacket8 cpacket_second_halves(CPacket8 a, CPacket8 b) {
  CPacket8 result = __builtin_shufflevector(a, b, 2, 10, 3, 11, 6, 14, 7, 15);
  CPACKET_KEEP(result);
  return result;
}

CPACKET_INLINE CPacket8 cpacket_first_pairs(CPacket8 a, CPacket8 b) {
  CPacket8 result = __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13);
  CPACKET_KEEP(result);
  return result;
}

CPACKET_INLINE CPacket8 cpacket_second_pairs(CPacket8 a, CPacket8 b) {
  CPacket8 result = __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15);
  CPACKET_KEEP(result);
  return result;
}

// Number `column` of all rows; what several columns share, the compiler computes once.
CPACKET_INLINE CPacket8 cpacket_column(const float *rows, int column) {
  const CPacket8 a = cpacket_row_pair(rows, 0), b = cpacket_row_pair(rows, 1);
  const CPacket8 c = cpacket_row_pair(rows, 2), d = cpacket_row_pair(rows, 3);
  const CPacket8 ab = column < 2 ? cpacket_first_halves(a, b) : cpacket_second_halves(a, b);
  const CPacket8 cd = column < 2 ? cpacket_first_halves(c, d) : cpacket_second_halves(c, d);
  return column % 2 == 0 ? cpacket_first_pairs(ab, cd) : cpacket_second_pairs(ab, cd);
}

CPACKET_INLINE void cpacket_store_columns(float *rows, CPacket8 x, CPacket8 y, CPacket8 z, CPacket8 w) {
  CPacket4 *r = (CPacket4 *)rows;
  const CPacket8 xy = cpacket_first_halves(x, y), zw = cpacket_first_halves(z, w);
  const CPacket8 later_xy = cpacket_second_halves(x, y), later_zw = cpacket_second_halves(z, w);
  const CPacket8 a = cpacket_first_pairs(xy, zw), b = cpacket_second_pairs(xy, zw);
  const CPacket8 c = cpacket_first_pairs(later_xy, later_zw), d = cpacket_second_pairs(later_xy, later_zw);
  r[0] = a.lo;
  r[1] = b.lo;
  r[2] = c.lo;
  r[3] = d.lo;
  r[4] = a.hi;
  r[5] = b.hi;
  r[6] = c.hi;
  r[7] = d.hi;
}
