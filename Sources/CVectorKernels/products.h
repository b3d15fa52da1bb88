// Products of rows with the weights of a layer, y = b + x W and y = b + x W^T, where W is read as it lies, and of the
// columns of rows with others, y = x^T W.
// Included once a level and scalar type, at levels with fused multiply-adds; see typed.h for the macros.
//
// A BLAS packs both operands at every call. That pays where both are large; where some dozens of rows meet a
// layer it costs a fifth of the time. Every element of the result is one chain of fused multiply-adds, in the
// order of the depth: its bits depend neither on the tiles nor on how many rows there are, nor on the level.
//
// A level says how its registers are used: a tile is JK_TILE_ROWS rows by JK_TILE_WIDTH vectors, or
// JK_TURNED rows of W by a vector of rows of x.

#define JK_UNROLL _Pragma("clang loop unroll(full)")

// Steps of the depth for which a copy of a strip of an operand is made at a time.
enum { F(jk_strip_depth) = 512 };

/// Rows of x against columns of w, which may both stand within larger matrices. `x_step` is how far the steps of the
/// depth are apart in x, `x_row` its rows: one of them is 1.
typedef struct {
  const S *x, *w, *bias;
  S *out;
  int64_t x_row, x_step, w_row, out_row, depth, columns;
  /// Whether the depth continues what is in `out`.
  int continues;
} F(jk_product);

/// acc[r][v] += a[r, p] b[p, v] for all p: single numbers against vectors.
JK_INLINE void F(jk_add_products)(
    const S *a, int64_t a_row, int64_t a_step, const S *b, int64_t b_row, int64_t depth, const int rows,
    const int width, V acc[][JK_TILE_WIDTH]) {
  for (int64_t p = 0; p < depth; p++) {
    V right[JK_TILE_WIDTH];
    JK_UNROLL for (int v = 0; v < width; v++) right[v] = F(jk_load)(b + p * b_row + v * L, L);
    JK_UNROLL for (int r = 0; r < rows; r++) {
      V left = (V)a[r * a_row + p * a_step];
      JK_UNROLL for (int v = 0; v < width; v++)
        acc[r][v] = __builtin_elementwise_fma(left, right[v], acc[r][v]);
    }
  }
}

JK_INLINE V F(jk_load_up_to)(const S *p, int64_t n) {
  return n >= L ? F(jk_load)(p, L) : F(jk_load_part)(p, n);
}

JK_INLINE void F(jk_row_tile)(
    const F(jk_product) *job, const int rows, const int width, const int across) {
  V acc[JK_TILE_ROWS][JK_TILE_WIDTH];
  JK_UNROLL for (int v = 0; v < width; v++) {
    int64_t j = v * L, n = job->columns - j;
    V start = job->bias ? F(jk_load_up_to)(job->bias + j, n) : (V)(S)0;
    JK_UNROLL for (int r = 0; r < rows; r++)
      acc[r][v] = job->continues ? F(jk_load_up_to)(job->out + r * job->out_row + j, n) : start;
  }
  F(jk_add_products)(
      job->x, across ? 1 : job->x_row, across ? job->x_step : 1, job->w, job->w_row, job->depth,
      rows, width, acc);
  JK_UNROLL for (int v = 0; v < width; v++) {
    int64_t j = v * L, n = job->columns - j;
    JK_UNROLL for (int r = 0; r < rows; r++) {
      S *to = job->out + r * job->out_row + j;
      if (n >= L) F(jk_store)(to, acc[r][v], L);
      else F(jk_store_part)(to, acc[r][v], n);
    }
  }
}

#define JK_CASE(N) case N: F(jk_row_tile)(job, N, width, across); break;
JK_INLINE void F(jk_some_rows)(
    const F(jk_product) *job, int rows, const int width, const int across) {
  switch (rows) {
    JK_CASE(1) JK_CASE(2) JK_CASE(3) JK_CASE(4) JK_CASE(5) JK_CASE(6)
#if JK_TILE_ROWS > 6
    JK_CASE(7) JK_CASE(8) JK_CASE(9) JK_CASE(10) JK_CASE(11) JK_CASE(12) JK_CASE(13) JK_CASE(14)
#endif
  }
}
#undef JK_CASE

/// All rows against the columns of one tile, in tiles of about equally many rows.
JK_INLINE void F(jk_column_strip_of)(F(jk_product) job, int64_t rows, const int across) {
  const S *x = job.x;
  S *out = job.out;
  int64_t tiles = (rows + JK_TILE_ROWS - 1) / JK_TILE_ROWS;
  for (int64_t t = 0; t < tiles; t++) {
    int64_t first = rows * t / tiles, end = rows * (t + 1) / tiles;
    job.x = x + first * job.x_row;
    job.out = out + first * job.out_row;
    if (job.columns > L) F(jk_some_rows)(&job, (int)(end - first), JK_TILE_WIDTH, across);
    else F(jk_some_rows)(&job, (int)(end - first), 1, across);
  }
}

static void F(jk_column_strip)(F(jk_product) job, int64_t rows) {
  F(jk_column_strip_of)(job, rows, 0);
}

static void F(jk_column_strip_across)(F(jk_product) job, int64_t rows) {
  F(jk_column_strip_of)(job, rows, 1);
}

JK_INLINE void F(jk_any_by_matrix)(
    const S *x, int64_t rows, const S *w, const S *bias, int64_t depth, int64_t columns, S *out,
    const int across) {
  enum { W = JK_TILE_WIDTH * L, D = F(jk_strip_depth) };
  const int64_t x_row = across ? 1 : depth, x_step = across ? rows : 1;
  void (*const strip_product)(F(jk_product), int64_t) =
      across ? F(jk_column_strip_across) : F(jk_column_strip);
  int64_t whole = columns - columns % L;
  for (int64_t j = 0; j < whole; j += W) {
    F(jk_product) job = {x, w + j, bias ? bias + j : NULL, out + j, x_row, x_step, columns,
                         columns, depth, whole - j < W ? whole - j : W, 0};
    strip_product(job, rows);
  }
  if (whole == columns) return;
  // What is narrower than a vector is copied, with zeros beside it.
  S strip[D * L] __attribute__((aligned(64)));
  for (int64_t start = 0; start < depth || start == 0; start += D) {
    int64_t steps = depth - start < D ? depth - start : D;
    for (int64_t p = 0; p < steps; p++) {
      V part = F(jk_load_part)(w + (start + p) * columns + whole, columns - whole);
      F(jk_store)(strip + p * L, part, L);
    }
    F(jk_product) job = {x + start * x_step, strip, bias ? bias + whole : NULL, out + whole, x_row,
                         x_step, L, columns, steps, columns - whole, start > 0};
    strip_product(job, rows);
  }
}

static void F(jk_rows_by_matrix)(
    const void *xs, int64_t rows, const void *ws, const void *biases, int64_t depth,
    int64_t columns, void *outs) {
  F(jk_any_by_matrix)(xs, rows, ws, biases, depth, columns, outs, 0);
}

static void F(jk_columns_by_matrix)(
    const void *xs, int64_t rows, const void *ws, int64_t depth, int64_t columns, void *outs) {
  F(jk_any_by_matrix)(xs, rows, ws, NULL, depth, columns, outs, 1);
}

/// Row r of L vectors becomes lane r of each: log2(L) perfect shuffles.
JK_INLINE void F(jk_turn)(V t[L]) {
  JK_UNROLL for (int stage = 1; stage < L; stage *= 2) {
    V u[L];
    JK_UNROLL for (int i = 0; i < L / 2; i++) {
      V a = t[i], b = t[i + L / 2];
#if JK_DOUBLE
      u[2 * i] = __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
      u[2 * i + 1] = __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
#else
      u[2 * i] = __builtin_shufflevector(
          a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      u[2 * i + 1] = __builtin_shufflevector(
          a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
#endif
    }
    JK_UNROLL for (int i = 0; i < L; i++) t[i] = u[i];
  }
}

/// out[r, j] for up to L rows, which are the lanes of `job->x` and `rows` in number, and for some rows j of w.
JK_INLINE void F(jk_turned_tile)(const F(jk_product) *job, int64_t rows, const int columns) {
  V acc[L][JK_TILE_WIDTH], t[L];
  JK_UNROLL for (int j = 0; j < L; j++)
    t[j] = (V)(j < columns && job->bias ? job->bias[j] : (S)0);
  if (job->continues) {
    JK_UNROLL for (int r = 0; r < L; r++)
      if (r < rows) memcpy(&t[r], job->out + r * job->out_row, (size_t)columns * sizeof(S));
    F(jk_turn)(t);
  }
  JK_UNROLL for (int j = 0; j < columns; j++) acc[j][0] = t[j];
  F(jk_add_products)(job->w, job->w_row, 1, job->x, L, job->depth, columns, 1, acc);
  JK_UNROLL for (int j = 0; j < columns; j++) t[j] = acc[j][0];
  JK_UNROLL for (int j = columns; j < L; j++) t[j] = (V)(S)0;
  F(jk_turn)(t);
  JK_UNROLL for (int r = 0; r < L; r++)
    if (r < rows) memcpy(job->out + r * job->out_row, &t[r], (size_t)columns * sizeof(S));
}

#define JK_CASE(N) case N: F(jk_turned_tile)(job, rows, N); break;
static void F(jk_some_turned)(const F(jk_product) *job, int64_t rows) {
  switch (job->columns) {
    JK_CASE(1) JK_CASE(2) JK_CASE(3) JK_CASE(4)
#if JK_TURNED > 4
    JK_CASE(5) JK_CASE(6) JK_CASE(7) JK_CASE(8)
#endif
#if JK_TURNED > 8 && !JK_DOUBLE
    JK_CASE(9) JK_CASE(10) JK_CASE(11) JK_CASE(12) JK_CASE(13) JK_CASE(14) JK_CASE(15) JK_CASE(16)
#endif
  }
}
#undef JK_CASE

static void F(jk_rows_by_turned_matrix)(
    const void *xs, int64_t rows, const void *ws, const void *biases, int64_t depth,
    int64_t columns, void *outs) {
  const S *x = xs, *w = ws, *bias = biases;
  S *out = outs;
  // Rows of w that stay in the cache while all rows of x pass, and columns of a tile.
  enum { B = 256, T = JK_TURNED < L ? JK_TURNED : L, D = F(jk_strip_depth) };
  S strip[D * L] __attribute__((aligned(64)));
  for (int64_t block = 0; block < columns; block += B) {
    int64_t block_end = columns - block < B ? columns : block + B;
    for (int64_t start = 0; start < depth || start == 0; start += D) {
      int64_t steps = depth - start < D ? depth - start : D;
      for (int64_t first = 0; first < rows; first += L) {
        int64_t lanes = rows - first < L ? rows - first : L;
        const S *own = x + first * depth + start;
        for (int64_t p = 0; p < steps; p += L) {
          V t[L];
          JK_UNROLL for (int r = 0; r < L; r++)
            t[r] = r < lanes ? F(jk_load_up_to)(own + r * depth + p, steps - p) : (V)(S)0;
          F(jk_turn)(t);
          JK_UNROLL for (int q = 0; q < L; q++) F(jk_store)(strip + (p + q) * L, t[q], L);
        }
        for (int64_t j = block; j < block_end; j += T) {
          F(jk_product) job = {strip, w + j * depth + start, bias ? bias + j : NULL,
                               out + first * columns + j, L, 1, depth, columns, steps,
                               block_end - j < T ? block_end - j : T, start > 0};
          F(jk_some_turned)(&job, lanes);
        }
      }
    }
  }
}
#undef JK_UNROLL
