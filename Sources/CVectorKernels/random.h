// Matrices of random numbers: element j of a row is a function of its own words only, word j for float, words 2 j and
// 2 j + 1 for double. Included once a level and scalar type; see typed.h for the macros.

/// Rows of up to 16 words share a set of eight blocks, `each` to a row. Returns how many rows were filled.
JK_INLINE int64_t F(jk_fill_narrow_kind)(
    int kind, S *out, int64_t rows, int64_t columns, const jk_address *at) {
  jk_keys keys;
  jk_spread_keys(&keys, at->key);
  const int words_each = sizeof(S) / sizeof(uint32_t);
  const int64_t blocks = (columns * words_each + 3) / 4;
  const int each = blocks <= 1 ? 1 : blocks <= 2 ? 2 : 4, together = 8 / each;
  const int64_t width = 4 * each / words_each;
  int64_t r = 0;
  for (; r + together <= rows; r += together, out += together * columns) {
    union { jk_u32x16 words[2]; UB bits[2]; } all;
    S numbers[2 * L];
    jk_words_of_rows(&keys, at, r, each, all.words);
    F(jk_store)(numbers, F(jk_random_of_bits)(kind, all.bits[0]), L);
    F(jk_store)(numbers + L, F(jk_random_of_bits)(kind, all.bits[1]), L);
    for (int i = 0; i < together; i++)
      memcpy(out + i * columns, numbers + i * width, (size_t)columns * sizeof(S));
  }
  return r;
}

#if JK_DOUBLE
/// One number a row, as the acceptance of chains takes it: eight rows at a time.
JK_INLINE int64_t F(jk_fill_column_kind)(
    int kind, S *out, int64_t rows, const jk_address *at) {
  jk_keys keys;
  jk_spread_keys(&keys, at->key);
  int64_t r = 0;
  for (; r + 8 <= rows; r += 8)
    F(jk_store)(
        out + r, F(jk_random_of_bits)(kind, jk_first_words(&keys, at, r, at->first_block)), L);
  return r;
}
#endif

static __attribute__((noinline)) void F(jk_fill_wide)(
    int kind, S *out, int64_t rows, int64_t columns, const jk_address *at, int64_t first) {
  jk_keys keys;
  jk_spread_keys(&keys, at->key);
  for (int64_t r = first; r < rows; r++) {
    jk_row row = jk_row_of(at, r);
    uint32_t block = at->first_block;
    S *x = out + r * columns, *end = x + columns;
    union { jk_u32x16 words[2]; UB bits[2]; } all;
#if defined(JK_WIDE) && !JK_DOUBLE
    for (; x + 64 <= end; x += 64, block += 16) {
      union { jk_u32x16 words[4]; jk_u32x64 bits; } four;
      jk_words32(&keys, row, block, four.words);
      jk_words32(&keys, row, block + 8, four.words + 2);
      jk_f32x64 numbers = jk_random_of_bits_f32w(kind, four.bits);
      memcpy(x, &numbers, sizeof numbers);
    }
#endif
    for (; x + 2 * L <= end; x += 2 * L, block += 8) {
      jk_words32(&keys, row, block, all.words);
      F(jk_store)(x, F(jk_random_of_bits)(kind, all.bits[0]), L);
      F(jk_store)(x + L, F(jk_random_of_bits)(kind, all.bits[1]), L);
    }
    if (x == end) continue;
    S rest[2 * L];
    jk_words32(&keys, row, block, all.words);
    F(jk_store)(rest, F(jk_random_of_bits)(kind, all.bits[0]), L);
    F(jk_store)(rest + L, F(jk_random_of_bits)(kind, all.bits[1]), L);
    memcpy(x, rest, (size_t)(end - x) * sizeof(S));
  }
}

// Long and short rows in functions of their own: in one, they share registers for constants, and long rows take a
// quarter longer.
#define JK_KINDS(DO)                                                            \
  switch (kind) {                                                               \
    case JK_NORMAL: DO(JK_NORMAL)                                               \
    case JK_EXPONENTIAL: DO(JK_EXPONENTIAL)                                     \
    default: DO(JK_UNIFORM)                                                     \
  }

static __attribute__((noinline)) int64_t F(jk_fill_narrow)(
    int kind, S *out, int64_t rows, int64_t columns, const jk_address *at) {
#if JK_DOUBLE
#define DO(KIND) return F(jk_fill_column_kind)(KIND, out, rows, at);
  if (columns == 1) JK_KINDS(DO)
#undef DO
#endif
#define DO(KIND) return F(jk_fill_narrow_kind)(KIND, out, rows, columns, at);
  JK_KINDS(DO)
#undef DO
}

static void F(jk_fill)(
    int kind, void *out, int64_t rows, int64_t columns, const jk_address *at) {
  const int narrow = columns * sizeof(S) <= 16 * sizeof(uint32_t);
  int64_t first = narrow ? F(jk_fill_narrow)(kind, out, rows, columns, at) : 0;
  F(jk_fill_wide)(kind, out, rows, columns, at, first);
}
#undef JK_KINDS

static double F(jk_of_bits)(int kind, uint64_t bits) {
#if JK_DOUBLE
  return F(jk_random_of_bits)(kind, (UB)bits)[0];
#else
  return (double)F(jk_random_of_bits)(kind, (UB)(uint32_t)bits)[0];
#endif
}
