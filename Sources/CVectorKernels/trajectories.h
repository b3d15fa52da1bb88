// Passes of Langevin and Hamiltonian trajectories over rows of positions x, momenta z and gradients g,
// each row by a factor of its own. Included once a level and scalar type; see typed.h for the macros.

/// scale, or ones where there is none.
#define JK_SCALED(LOAD, n, v) (scaled ? (v) * F(jk_##LOAD)(scale + j, n) : (v))

// Runs BODY over the whole vectors of a row, then over what is left of it.
#define JK_ROW(BODY)                                                            \
  int64_t j = 0;                                                                \
  for (; j + L <= columns; j += L) BODY(load, store, L)                         \
  if (j < columns) BODY(load_part, store_part, columns - j)

JK_INLINE void F(jk_kick_drift_rows)(
    S *x, S *z, const S *g, const S *scale, int scaled, int64_t rows, int64_t columns,
    const double *kicks, const double *drifts, double *squares) {
  for (int64_t r = 0; r < rows; r++, x += columns, z += columns, g += columns) {
    const V kick = (V)(S)kicks[r], drift = (V)(S)drifts[r];
    jk_f64x8 sum[2] = {(jk_f64x8)0.0, (jk_f64x8)0.0};
#define BODY(LOAD, STORE, n)                                                    \
  {                                                                             \
    V force = JK_SCALED(LOAD, n, F(jk_##LOAD)(g + j, n));                       \
    V p = F(jk_##LOAD)(z + j, n) - kick * force;                                \
    V velocity = JK_SCALED(LOAD, n, p);                                         \
    F(jk_##STORE)(z + j, p, n);                                                 \
    F(jk_##STORE)(x + j, F(jk_##LOAD)(x + j, n) + drift * velocity, n);         \
    if (squares) F(jk_accumulate_squares)(sum, p, 0.0, j);                      \
  }
    JK_ROW(BODY)
#undef BODY
    if (squares) squares[r] = F(jk_lane_sum)(sum);
  }
}

JK_INLINE int F(jk_all_equal)(const double *x, int64_t n) {
  for (int64_t i = 1; i < n; i++)
    if (x[i] != x[0]) return 0;
  return 1;
}

static void F(jk_kick_drift)(
    void *x, void *z, const void *g, const void *scale, int64_t rows, int64_t columns,
    const double *kicks, const double *drifts, double *squares) {
  // Narrow rows of one factor are one wide row: each by itself would be less than a vector.
  if (columns < 4 * L && !scale && !squares && F(jk_all_equal)(kicks, rows)
      && F(jk_all_equal)(drifts, rows)) {
    columns *= rows;
    rows = rows > 0;
  }
  if (scale)
    F(jk_kick_drift_rows)(x, z, g, scale, 1, rows, columns, kicks, drifts, squares);
  else
    F(jk_kick_drift_rows)(x, z, g, NULL, 0, rows, columns, kicks, drifts, squares);
}

static void F(jk_langevin)(
    void *xs, const void *gs, const void *scales, int64_t rows, int64_t columns, double kick,
    double drift, const jk_address *at) {
  S *x = xs;
  const S *g = gs, *scale = scales;
  // Noise is used where it is made, in the nearest cache; as many words of it as eight rows of blocks divide.
  enum { ROOM = 16384 / sizeof(S), WORDS = sizeof(S) / sizeof(uint32_t) };
  S noise[ROOM] __attribute__((aligned(64)));
  if (columns < 1) return;
  int64_t together = columns <= ROOM / 8 ? ROOM / columns / 8 * 8 : 1;
  for (int64_t r = 0; r < rows; r += together) {
    int64_t some = rows - r < together ? rows - r : together;
    for (int64_t start = 0; start < columns; start += ROOM) {
      int64_t n = columns - start < ROOM ? columns - start : ROOM;
      jk_address here = *at;
      here.first_chain += (uint64_t)r;
      here.first_block += (uint32_t)(start * WORDS / 4);
      F(jk_fill)(JK_NORMAL, noise, some, n, &here);
      S *to = x + r * columns + start;
      const S *force = g + r * columns + start;
      if (!scale) {
        F(jk_kick_drift_rows)(to, noise, force, NULL, 0, 1, some * n, &kick, &drift, NULL);
        continue;
      }
      for (int64_t row = 0; row < some; row++)
        F(jk_kick_drift_rows)(
            to + row * n, noise + row * n, force + row * n, scale + start, 1, 1, n, &kick,
            &drift, NULL);
    }
  }
}

JK_INLINE void F(jk_add_rows)(
    S *y, const S *x, const S *scale, int scaled, int64_t rows, int64_t columns,
    const double *factors, S *total, double *squares) {
  for (int64_t r = 0; r < rows; r++, y += columns, x += columns) {
    const V factor = (V)(S)factors[r];
    jk_f64x8 sum[2] = {(jk_f64x8)0.0, (jk_f64x8)0.0};
#define BODY(LOAD, STORE, n)                                                    \
  {                                                                             \
    V d = JK_SCALED(LOAD, n, F(jk_##LOAD)(x + j, n));                           \
    V v = F(jk_##LOAD)(y + j, n) + factor * d;                                  \
    F(jk_##STORE)(y + j, v, n);                                                 \
    if (total) F(jk_##STORE)(total + j, F(jk_##LOAD)(total + j, n) + v, n);     \
    if (squares) F(jk_accumulate_squares)(sum, v, 0.0, j);                      \
  }
    JK_ROW(BODY)
#undef BODY
    if (total) total += columns;
    if (squares) squares[r] = F(jk_lane_sum)(sum);
  }
}

static void F(jk_add_scaled_rows)(
    void *y, const void *x, const void *scale, int64_t rows, int64_t columns,
    const double *factors, void *total, double *squares) {
  if (scale)
    F(jk_add_rows)(y, x, scale, 1, rows, columns, factors, total, squares);
  else
    F(jk_add_rows)(y, x, NULL, 0, rows, columns, factors, total, squares);
}

static void F(jk_row_dots)(
    const void *xs, const void *ys, int64_t rows, int64_t columns, double *out) {
  const S *x = xs, *y = ys;
  for (int64_t r = 0; r < rows; r++, x += columns, y += columns) {
    jk_f64x8 sum[2] = {(jk_f64x8)0.0, (jk_f64x8)0.0};
#define BODY(LOAD, STORE, n)                                                    \
  { F(jk_accumulate)(sum, F(jk_##LOAD)(x + j, n) * F(jk_##LOAD)(y + j, n), j); }
    JK_ROW(BODY)
#undef BODY
    out[r] = F(jk_lane_sum)(sum);
  }
}

/// Whether any of so many scalar products is not positive, NaN included.
JK_INLINE int F(jk_any_turned)(jk_f64x8 (*dots)[2], int count) {
  for (int i = 0; i < count; i++)
    if (!(F(jk_lane_sum)(dots[i]) > 0.0)) return 1;
  return 0;
}

static int F(jk_turns)(const void *rows, int64_t columns, const jk_span_ends *ends) {
  const S *base = rows;
  const S *before = ends->sum_before < 0 ? NULL : base + ends->sum_before * columns;
#define JK_END(name) const S *name = base + ends->name * columns
  JK_END(first);
  JK_END(last);
  JK_END(sum_all);
  jk_f64x8 dots[6][2];
  for (int i = 0; i < 6; i++) dots[i][0] = dots[i][1] = (jk_f64x8)0.0;
  if (ends->sum_first < 0) {
#define BODY(LOAD, STORE, n)                                                    \
  {                                                                             \
    V whole = F(jk_##LOAD)(sum_all + j, n);                                     \
    if (before) whole -= F(jk_##LOAD)(before + j, n);                           \
    F(jk_accumulate)(dots[0], F(jk_##LOAD)(first + j, n) * whole, j);           \
    F(jk_accumulate)(dots[1], F(jk_##LOAD)(last + j, n) * whole, j);            \
  }
    JK_ROW(BODY)
#undef BODY
    return F(jk_any_turned)(dots, 2);
  }
  JK_END(first_end);
  JK_END(second_start);
  JK_END(sum_first);
#undef JK_END
#define BODY(LOAD, STORE, n)                                                    \
  {                                                                             \
    V a = F(jk_##LOAD)(first + j, n), b = F(jk_##LOAD)(first_end + j, n);       \
    V c = F(jk_##LOAD)(second_start + j, n), d = F(jk_##LOAD)(last + j, n);     \
    V s0 = before ? F(jk_##LOAD)(before + j, n) : (V)(S)0;                      \
    V s1 = F(jk_##LOAD)(sum_first + j, n), s2 = F(jk_##LOAD)(sum_all + j, n);   \
    V whole = s2 - s0, early = s1 - s0 + c, late = s2 - s1 + b;                 \
    F(jk_accumulate)(dots[0], a * whole, j);                                    \
    F(jk_accumulate)(dots[1], d * whole, j);                                    \
    F(jk_accumulate)(dots[2], a * early, j);                                    \
    F(jk_accumulate)(dots[3], c * early, j);                                    \
    F(jk_accumulate)(dots[4], b * late, j);                                     \
    F(jk_accumulate)(dots[5], d * late, j);                                     \
  }
  JK_ROW(BODY)
#undef BODY
  return F(jk_any_turned)(dots, 6);
}

#undef JK_ROW
#undef JK_SCALED
