// Philox4x32-10 (Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011),
// eight blocks at a time: every counter word sits in the low half of a 64-bit lane, where the
// 32 x 32 -> 64 product needs it. High halves hold rubbish that no later product reads.
// Included once a level.

/// The ten round keys, spread over lanes.
typedef struct {
  jk_u64x8 k0[10], k1[10];
} jk_keys;

JK_INLINE void jk_spread_keys(jk_keys *keys, uint64_t key) {
  uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);
  for (int i = 0; i < 10; i++) {
    keys->k0[i] = (jk_u64x8)(uint64_t)k0;
    keys->k1[i] = (jk_u64x8)(uint64_t)k1;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
}

/// Counter words 1 to 3, which stay the same along a row.
typedef struct {
  uint32_t c1, c2, c3;
} jk_row;

JK_INLINE jk_row jk_row_of(const jk_address *at, int64_t r) {
  uint64_t chain = at->first_chain + (uint64_t)r;
  jk_row row;
  row.c1 = (at->purpose & 0xFFFFu) | ((uint32_t)(chain >> 32) & 0xFFu) << 16
      | ((uint32_t)(at->step >> 32) & 0xFFu) << 24;
  row.c2 = (uint32_t)chain;
  row.c3 = (uint32_t)at->step;
  return row;
}

/// The ten rounds, in place.
JK_INLINE void jk_rounds(const jk_keys *keys, jk_u64x8 *c) {
  const jk_u64x8 low = (jk_u64x8)(uint64_t)0xFFFFFFFFu;
  jk_u64x8 c0 = c[0], c1 = c[1], c2 = c[2], c3 = c[3];
#pragma clang loop unroll(full)
  for (int i = 0; i < 10; i++) {
    jk_u64x8 p0 = (c0 & low) * (jk_u64x8)(uint64_t)0xD2511F53u;
    jk_u64x8 p1 = (c2 & low) * (jk_u64x8)(uint64_t)0xCD9E8D57u;
    c0 = (p1 >> 32) ^ c1 ^ keys->k0[i];
    c2 = (p0 >> 32) ^ c3 ^ keys->k1[i];
    c1 = p1;
    c3 = p0;
  }
  c[0] = c0;
  c[1] = c1;
  c[2] = c2;
  c[3] = c3;
}

/// The words of eight blocks in order, where the lanes are blocks 0, 4, 1, 5, 2, 6, 3, 7: in this order the two
/// interleavings stay inside 128-bit lanes.
JK_INLINE void jk_interleave(const jk_u64x8 *c, jk_u32x16 *words) {
  const jk_u64x8 low = (jk_u64x8)(uint64_t)0xFFFFFFFFu;
  jk_u64x8 front = (c[0] & low) | (c[1] << 32);
  jk_u64x8 back = (c[2] & low) | (c[3] << 32);
  words[0] = (jk_u32x16)__builtin_shufflevector(front, back, 0, 8, 2, 10, 4, 12, 6, 14);
  words[1] = (jk_u32x16)__builtin_shufflevector(front, back, 1, 9, 3, 11, 5, 13, 7, 15);
}

/// Words 4*block to 4*block + 31 of a row, in order.
JK_INLINE void jk_words32(const jk_keys *keys, jk_row row, uint32_t block, jk_u32x16 *words) {
  const jk_u64x8 lanes = {0, 4, 1, 5, 2, 6, 3, 7};
  const jk_u64x8 low = (jk_u64x8)(uint64_t)0xFFFFFFFFu;
  jk_u64x8 c[4] = {
      ((jk_u64x8)(uint64_t)block + lanes) & low, (jk_u64x8)(uint64_t)row.c1,
      (jk_u64x8)(uint64_t)row.c2, (jk_u64x8)(uint64_t)row.c3};
  jk_rounds(keys, c);
  jk_interleave(c, words);
}

/// The first 4 * each words of 8 / each rows from r on, row by row: 32 words in all.
JK_INLINE void jk_words_of_rows(
    const jk_keys *keys, const jk_address *at, int64_t r, int each, jk_u32x16 *words) {
  const int order[8] = {0, 4, 1, 5, 2, 6, 3, 7};  // as above
  jk_u64x8 c[4];
  for (int lane = 0; lane < 8; lane++) {
    jk_row row = jk_row_of(at, r + order[lane] / each);
    c[0][lane] = at->first_block + (uint32_t)(order[lane] % each);
    c[1][lane] = row.c1;
    c[2][lane] = row.c2;
    c[3][lane] = row.c3;
  }
  jk_rounds(keys, c);
  jk_interleave(c, words);
}

/// Words 4*block and 4*block + 1 of the eight rows from r on, together, a lane a row.
JK_INLINE jk_u64x8 jk_first_words(
    const jk_keys *keys, const jk_address *at, int64_t r, uint32_t block) {
  jk_u64x8 c[4] = {(jk_u64x8)(uint64_t)block};
  for (int i = 0; i < 8; i++) {
    jk_row row = jk_row_of(at, r + i);
    c[1][i] = row.c1;
    c[2][i] = row.c2;
    c[3][i] = row.c3;
  }
  jk_rounds(keys, c);
  return (c[0] & (jk_u64x8)(uint64_t)0xFFFFFFFFu) | (c[1] << 32);
}

static void jk_fill_words(uint32_t *out, int64_t rows, int64_t columns, const jk_address *at) {
  jk_keys keys;
  jk_spread_keys(&keys, at->key);
  for (int64_t r = 0; r < rows; r++) {
    jk_row row = jk_row_of(at, r);
    uint32_t block = at->first_block;
    for (int64_t start = 0; start < columns; start += 32, block += 8) {
      jk_u32x16 words[2];
      jk_words32(&keys, row, block, words);
      int64_t n = columns - start < 32 ? columns - start : 32;
      memcpy(out + r * columns + start, words, (size_t)n * sizeof *out);
    }
  }
}
