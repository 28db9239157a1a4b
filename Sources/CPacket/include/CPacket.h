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

// Numbers from anywhere, at any address.
CPACKET_INLINE CPacket4 cpacket_load_4(const float *address) {
  CPacket4 result;
  __builtin_memcpy(&result, address, sizeof(result));
  return result;
}

CPACKET_INLINE CPacket8 cpacket_load_8(const float *address) {
  CPacket8 result;
  __builtin_memcpy(&result, address, sizeof(result));
  return result;
}

// What is read soon, from anywhere.
CPACKET_INLINE void cpacket_prefetch(const float *address) { __builtin_prefetch(address); }

CPACKET_INLINE CPacket8 cpacket_square_root(CPacket8 x) { return __builtin_elementwise_sqrt(x); }

CPACKET_INLINE CPacket8 cpacket_from_integers(CPacketInts x) { return __builtin_convertvector(x, CPacket8); }

// Towards 0; what does not fit into 32 bits is undefined.
CPACKET_INLINE CPacketInts cpacket_to_integers(CPacket8 x) { return __builtin_convertvector(x, CPacketInts); }

// Hides a number from optimizers that would compute several side by side although no instruction does.
CPACKET_INLINE unsigned long long cpacket_alone(unsigned long long x) {
  __asm__("" : "+r"(x));
  return x;
}

// Every number in the lane above its own, 0 in the first.
CPACKET_INLINE CPacket8 cpacket_shifted(CPacket8 x) {
  const CPacket8 zero = 0;
  return __builtin_shufflevector(zero, x, 0, 8, 9, 10, 11, 12, 13, 14);
}

// The sum of each number and all in the lanes below it.
CPACKET_INLINE CPacket8 cpacket_running_sums(CPacket8 x) {
  const CPacket8 zero = 0;
  x += cpacket_shifted(x);
  x += __builtin_shufflevector(zero, x, 0, 1, 8, 9, 10, 11, 12, 13);
  return x + __builtin_shufflevector(zero, x, 0, 1, 2, 3, 8, 9, 10, 11);
}

CPACKET_INLINE CPacket8 cpacket_floor(CPacket8 x) { return __builtin_elementwise_floor(x); }

CPACKET_INLINE CPacket8 cpacket_nearest(CPacket8 x) { return __builtin_elementwise_roundeven(x); }

// Dimensions 3 to 6 of Sobol's points, numbered from 1, by the direction numbers of Joe and Kuo (2008): what bit j of a
// point's number changes, least significant digit first.
typedef unsigned int CPacketDigits4 __attribute__((ext_vector_type(4)));
static const CPacketDigits4 cpacket_sobol_digits[32] = {
  {0x00000001u, 0x00000001u, 0x00000001u, 0x00000001u}, {0x00000003u, 0x00000003u, 0x00000002u, 0x00000002u},
  {0x00000006u, 0x00000004u, 0x00000004u, 0x00000006u}, {0x00000009u, 0x0000000au, 0x0000000du, 0x0000000cu},
  {0x00000017u, 0x0000001fu, 0x0000001fu, 0x00000013u}, {0x0000003au, 0x0000002eu, 0x0000003bu, 0x00000024u},
  {0x00000071u, 0x00000045u, 0x0000005eu, 0x0000006au}, {0x000000a3u, 0x000000c9u, 0x000000b9u, 0x000000dfu},
  {0x00000116u, 0x0000011bu, 0x0000015au, 0x00000107u}, {0x00000339u, 0x000002a4u, 0x000003f4u, 0x0000020eu},
  {0x00000677u, 0x0000079au, 0x00000685u, 0x00000615u}, {0x000009aau, 0x00000b67u, 0x00000d0fu, 0x00000c28u},
  {0x00001601u, 0x0000101eu, 0x0000115bu, 0x00001379u}, {0x00003903u, 0x0000302du, 0x000023f6u, 0x000024fbu},
  {0x00007706u, 0x00004041u, 0x00004681u, 0x00006b6du}, {0x0000aa09u, 0x0000a0c3u, 0x0000dd02u, 0x0000ddd1u},
  {0x00010117u, 0x0001f104u, 0x0001e144u, 0x00010012u}, {0x0003033au, 0x0002e28au, 0x000393cdu, 0x00020026u},
  {0x00060671u, 0x000457dfu, 0x0005a6dfu, 0x0006006cu}, {0x000909a3u, 0x000c9baeu, 0x000b4dbbu, 0x000c00d3u},
  {0x00171616u, 0x0011a105u, 0x0014401eu, 0x00130114u}, {0x003a3939u, 0x002a7289u, 0x003cd039u, 0x0024022au},
  {0x00717777u, 0x0079e7dbu, 0x006df05au, 0x006a067fu}, {0x00a3aaaau, 0x00b6dba4u, 0x00dbb0b4u, 0x00df0cf7u},
  {0x01170001u, 0x0100011au, 0x0101e145u, 0x0107127eu}, {0x033a0003u, 0x030002a7u, 0x020393cfu, 0x020e26f5u},
  {0x06710006u, 0x0400079eu, 0x0405a6dbu, 0x06156d78u}, {0x09a30009u, 0x0a000b6du, 0x0d0b4db6u, 0x0c28d1f9u},
  {0x16160017u, 0x1f001001u, 0x1f144001u, 0x1378136bu}, {0x3939003au, 0x2e003003u, 0x3b3cd002u, 0x24f924ddu},
  {0x77770071u, 0x45004004u, 0x5e6df004u, 0x6b6b6b01u}, {0xaaaa00a3u, 0xc900a00au, 0xb9dbb00du, 0xdddddd02u}};
CPACKET_INLINE CPacketDigits4 cpacket_sobol(int bit) { return cpacket_sobol_digits[bit]; }

// The largest of eight.
typedef unsigned int CPacketDigits8 __attribute__((ext_vector_type(8)));
CPACKET_INLINE unsigned int cpacket_most(CPacketDigits8 x) { return __builtin_reduce_max(x); }

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
