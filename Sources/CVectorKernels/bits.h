// Products of a 0/1 matrix with a matrix of numbers, without multiplications. Included once a level and
// scalar type; see typed.h for the macros.
//
// Four rows of the numbers have sixteen partial sums. A table of them, indexed by four bits of the 0/1
// matrix, replaces four multiply-adds by one addition ("the method of four Russians": V. Arlazarov et
// al., On economical construction of the transitive closure of a directed graph, 1970). Each element of
// the product is a sum over groups of four in order, so it does not depend on how rows are cut.

#define PANEL (2 * L)      /* columns of a table */
#define GROUPS 14          /* tables at a time: 28 KB, which the first-level cache holds */
#define ENTRIES 16

/// Four bits a byte: group g of row r, columns 4g to 4g + 3, goes to out[r * stride + g]. Returns
/// whether every element was 0 or 1.
static int F(jk_pack_rows)(
    const void *xs, int64_t rows, int64_t columns, uint8_t *out, int64_t stride) {
#if JK_DOUBLE
  const I place = {1, 2, 4, 8, 1, 2, 4, 8};
#else
  const I place = {1, 2, 4, 8, 1, 2, 4, 8, 1, 2, 4, 8, 1, 2, 4, 8};
#endif
  I bad = {0};
  for (int64_t r = 0; r < rows; r++) {
    const S *x = (const S *)xs + r * columns;
    uint8_t *o = out + r * stride;
    for (int64_t j = 0; j < columns; j += L, o += L / 4) {
      int64_t n = columns - j < L ? columns - j : L;
      V v = n == L ? F(jk_load)(x + j, L) : F(jk_load_part)(x + j, n);
      I one = v == (V)(S)1;
      bad |= ~one & ~(v == (V)(S)0);
      I bits = one & place;
      for (int64_t g = 0; g < (n + 3) / 4; g++)
        o[g] = (uint8_t)(bits[4 * g] | bits[4 * g + 1] | bits[4 * g + 2] | bits[4 * g + 3]);
    }
  }
  int64_t found = 0;
  for (int64_t lane = 0; lane < L; lane++) found |= bad[lane];
  return found == 0;
}

/// The same of the transposed matrix: rows 4g to 4g + 3 of column j go to out[g * columns + j].
static int F(jk_pack_columns)(const void *xs, int64_t rows, int64_t columns, uint8_t *out) {
  I bad = {0};
  for (int64_t r = 0; r < rows; r += 4) {
    for (int64_t j = 0; j < columns; j += L) {
      int64_t n = columns - j < L ? columns - j : L;
      I bits = {0};
      for (int64_t q = 0; q < 4 && r + q < rows; q++) {
        const S *x = (const S *)xs + (r + q) * columns + j;
        V v = n == L ? F(jk_load)(x, L) : F(jk_load_part)(x, n);
        I one = v == (V)(S)1;
        bad |= ~one & ~(v == (V)(S)0);
        bits |= one & (I)(1 << q);
      }
      for (int64_t lane = 0; lane < n; lane++) out[r / 4 * columns + j + lane] = (uint8_t)bits[lane];
    }
  }
  int64_t found = 0;
  for (int64_t lane = 0; lane < L; lane++) found |= bad[lane];
  return found == 0;
}

/// The sixteen partial sums of four rows of PANEL elements; bit q of an entry's number adds row q.
JK_INLINE void F(jk_build_table)(S *table, const S *const source[4]) {
  _Pragma("clang loop unroll(full)")
  for (int64_t v = 0; v < PANEL; v += L) {
    V sums[ENTRIES];
    sums[0] = (V)(S)0;
    _Pragma("clang loop unroll(full)")
    for (int q = 0; q < 4; q++) {
      V row = F(jk_load)(source[q] + v, L);
      _Pragma("clang loop unroll(full)")
      for (int e = 0; e < 1 << q; e++) sums[(1 << q) + e] = sums[e] + row;
    }
    _Pragma("clang loop unroll(full)")
    for (int e = 0; e < ENTRIES; e++) F(jk_store)(table + e * PANEL + v, sums[e], L);
  }
}

/// Adds to PANEL elements of so many rows what the tables say.
JK_INLINE void F(jk_add_entries)(
    const S *tables, int64_t groups, const uint8_t *index, int64_t row_stride,
    int64_t group_stride, S *out, int64_t out_stride, int64_t rows, S previous) {
  _Pragma("clang loop unroll(full)")
  for (int64_t r = 0; r < rows; r++) {
    for (int64_t v = 0; v < PANEL; v += L) {
      V old = {0};
      if (previous != (S)0) old = F(jk_load)(out + r * out_stride + v, L) * previous;
      F(jk_store)(out + r * out_stride + v, old, L);
    }
  }
  V sums[2][2];
  _Pragma("clang loop unroll(full)")
  for (int64_t r = 0; r < rows; r++) {
    sums[r][0] = F(jk_load)(out + r * out_stride, L);
    sums[r][1] = F(jk_load)(out + r * out_stride + L, L);
  }
  for (int64_t g = 0; g < groups; g++) {
    _Pragma("clang loop unroll(full)")
    for (int64_t r = 0; r < rows; r++) {
      const S *entry =
          tables + (g * ENTRIES + index[r * row_stride + g * group_stride]) * PANEL;
      sums[r][0] += F(jk_load)(entry, L);
      sums[r][1] += F(jk_load)(entry + L, L);
    }
  }
  _Pragma("clang loop unroll(full)")
  for (int64_t r = 0; r < rows; r++) {
    F(jk_store)(out + r * out_stride, sums[r][0], L);
    F(jk_store)(out + r * out_stride + L, sums[r][1], L);
  }
}

/// Copies rows [first, first + 4 * groups) and `width` columns of op(source), scaled, into a dense
/// block of PANEL columns; rows past `depth` and columns past `width` become zero.
static void F(jk_gather_block)(
    const S *source, int64_t stride, int transposed, int64_t depth, int64_t first,
    int64_t groups, int64_t column, int64_t width, S scale, S *block) {
  int64_t count = depth - first < 4 * groups ? depth - first : 4 * groups;
  if (width < PANEL || count < 4 * groups)
    for (int64_t e = 0; e < 4 * groups * PANEL; e++) block[e] = 0;
  if (!transposed) {
    for (int64_t k = 0; k < count; k++) {
      const S *x = source + (first + k) * stride + column;
      for (int64_t j = 0; j < width; j++) block[k * PANEL + j] = x[j] * scale;
    }
    return;
  }
  // Squares of four by four turn in registers.
  typedef S square __attribute__((ext_vector_type(4)));
  int64_t k = 0;
  for (; k + 4 <= count; k += 4) {
    int64_t j = 0;
    for (; j + 4 <= width; j += 4) {
      square a, b, c, d;
      const S *x = source + (column + j) * stride + first + k;
      memcpy(&a, x, sizeof a);
      memcpy(&b, x + stride, sizeof b);
      memcpy(&c, x + 2 * stride, sizeof c);
      memcpy(&d, x + 3 * stride, sizeof d);
      square ab = __builtin_shufflevector(a, b, 0, 4, 1, 5);
      square cd = __builtin_shufflevector(c, d, 0, 4, 1, 5);
      square AB = __builtin_shufflevector(a, b, 2, 6, 3, 7);
      square CD = __builtin_shufflevector(c, d, 2, 6, 3, 7);
      square rows[4] = {
          __builtin_shufflevector(ab, cd, 0, 1, 4, 5) * scale,
          __builtin_shufflevector(ab, cd, 2, 3, 6, 7) * scale,
          __builtin_shufflevector(AB, CD, 0, 1, 4, 5) * scale,
          __builtin_shufflevector(AB, CD, 2, 3, 6, 7) * scale};
      for (int q = 0; q < 4; q++) memcpy(block + (k + q) * PANEL + j, &rows[q], sizeof rows[q]);
    }
    for (; j < width; j++)
      for (int q = 0; q < 4; q++)
        block[(k + q) * PANEL + j] = source[(column + j) * stride + first + k + q] * scale;
  }
  for (; k < count; k++)
    for (int64_t j = 0; j < width; j++)
      block[k * PANEL + j] = source[(column + j) * stride + first + k] * scale;
}

/// out <- previous * out + scale * bits * op(source)
///
/// bits: rows x depth, group g of row r at index[r * row_stride + g * group_stride]. source: depth x
/// columns, or its transpose. `room` holds jk_bit_room bytes.
static void F(jk_bit_product)(
    const uint8_t *index, int64_t row_stride, int64_t group_stride, int64_t rows, int64_t depth,
    const void *source, int64_t source_stride, int transposed, int64_t columns, double scale,
    double previous, void *out, int64_t out_stride, void *room) {
  S *tables = room;
  S *block = tables + GROUPS * ENTRIES * PANEL;
  S *narrow = block + GROUPS * 4 * PANEL;
  int64_t all = (depth + 3) / 4;
  for (int64_t j = 0; j < columns; j += PANEL) {
    int64_t width = columns - j < PANEL ? columns - j : PANEL;
    S *o = (S *)out + j;
    for (int64_t g = 0; g < all; g += GROUPS) {
      int64_t groups = all - g < GROUPS ? all - g : GROUPS;
      S before = g == 0 ? (S)previous : (S)1;
      const S *from = (const S *)source + 4 * g * source_stride + j;
      int64_t from_stride = source_stride;
      // Whole panels of rows that need no scaling are read where they are.
      if (transposed || scale != 1 || width < PANEL || depth - 4 * g < 4 * groups) {
        F(jk_gather_block)(
            source, source_stride, transposed, depth, 4 * g, groups, j, width, (S)scale, block);
        from = block;
        from_stride = PANEL;
      }
      for (int64_t t = 0; t < groups; t++) {
        const S *four[4];
        for (int q = 0; q < 4; q++) four[q] = from + (4 * t + q) * from_stride;
        F(jk_build_table)(tables + t * ENTRIES * PANEL, four);
      }
      const uint8_t *x = index + g * group_stride;
      int64_t r = 0;
      if (width == PANEL) {
        for (; r + 2 <= rows; r += 2)
          F(jk_add_entries)(
              tables, groups, x + r * row_stride, row_stride, group_stride, o + r * out_stride,
              out_stride, 2, before);
      }
      for (; r < rows; r++) {
        S *row = o + r * out_stride;
        if (width < PANEL && before != (S)0) memcpy(narrow, row, sizeof(S) * width);
        F(jk_add_entries)(
            tables, groups, x + r * row_stride, row_stride, group_stride,
            width < PANEL ? narrow : row, out_stride, 1, before);
        if (width < PANEL) memcpy(row, narrow, sizeof(S) * width);
      }
    }
  }
}

#undef PANEL
#undef GROUPS
#undef ENTRIES
