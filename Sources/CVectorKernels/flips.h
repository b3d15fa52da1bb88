// Proposals that flip two-valued variables by the gradient of their energy. The first-order estimate
// of half the log-probability ratio of a flip is
//
//     a = -g (x' - x) / 2 = g (x - middle),   middle half of the sum of the two values.
//
// Included once a level and scalar type; see typed.h for the macros.

/// Uniform in [0, 1] with all 32 bits of a word, so that small probabilities keep their resolution.
JK_INLINE V F(jk_fine_uniform_of)(UW word) {
#if JK_DOUBLE
  return __builtin_convertvector(word, V) * 0x1p-32;
#else
  // From two halves: AVX2 has no conversion of unsigned words.
  V high = __builtin_convertvector((I)(word >> 16), V);
  V low = __builtin_convertvector((I)(word & 0xFFFFu), V);
  return high * 0x1p-16f + low * 0x1p-32f;
#endif
}

/// log sigma(y) = -softplus(-y).
JK_INLINE V F(jk_log_logistic)(V y) { return -F(jk_vsoftplus)(-y); }

static void F(jk_flip_proposal)(
    const void *xs, const void *gs, int64_t rows, int64_t columns, double middle, double cost,
    void *outs, double *log_densities, const jk_address *at) {
  const V center = (V)(S)middle, both = (V)(S)(2.0 * middle), toll = (V)(S)cost;
  jk_f64x8 sum[2] = {(jk_f64x8)0.0, (jk_f64x8)0.0};
#define BODY(LOAD, STORE, n)                                                    \
  {                                                                             \
    int64_t i = r * columns + j;                                                \
    V x = F(jk_##LOAD)((const S *)xs + i, n);                                   \
    V a = F(jk_##LOAD)((const S *)gs + i, n) * (x - center) - toll;             \
    I flips = F(jk_fine_uniform_of)(word) < F(jk_vlogistic)(a);                 \
    F(jk_##STORE)((S *)outs + i, flips ? both - x : x, n);                      \
    V density = F(jk_log_logistic)(flips ? a : -a);                             \
    F(jk_accumulate)(sum, F(jk_keep)(density, n, (S)0), j);                     \
  }
#define JK_ROW_END                                                              \
  log_densities[r] = F(jk_lane_sum)(sum);                                       \
  sum[0] = sum[1] = (jk_f64x8)0.0;
  JK_DRAW_ROWS(BODY)
#undef BODY
#undef JK_ROW_END
}
#undef JK_DRAW_ROWS

static void F(jk_flip_density)(
    const void *xs, const void *gs, const void *targets, int64_t rows, int64_t columns,
    double middle, double cost, double *log_densities) {
  const V center = (V)(S)middle, toll = (V)(S)cost;
  for (int64_t r = 0; r < rows; r++) {
    const S *x = (const S *)xs + r * columns, *g = (const S *)gs + r * columns;
    const S *target = (const S *)targets + r * columns;
    jk_f64x8 sum[2] = {(jk_f64x8)0.0, (jk_f64x8)0.0};
#define BODY(LOAD, n)                                                           \
  {                                                                             \
    V from = F(jk_##LOAD)(x + j, n);                                            \
    V a = F(jk_##LOAD)(g + j, n) * (from - center) - toll;                      \
    I flips = F(jk_##LOAD)(target + j, n) != from;                              \
    V density = F(jk_log_logistic)(flips ? a : -a);                             \
    F(jk_accumulate)(sum, F(jk_keep)(density, n, (S)0), j);                     \
  }
    int64_t j = 0;
    for (; j + L <= columns; j += L) BODY(load, L)
    if (j < columns) BODY(load_part, columns - j)
#undef BODY
    log_densities[r] = F(jk_lane_sum)(sum);
  }
}

/// exp(a - most) of one vector, 0 in lanes that do not count.
JK_INLINE V F(jk_flip_weights)(
    const S *x, const S *g, int64_t j, int64_t n, V center, V most) {
  if (n >= L) return F(jk_vexp_negative)(F(jk_load)(g + j, L) * (F(jk_load)(x + j, L) - center) - most);
  V a = F(jk_load_part)(g + j, n) * (F(jk_load_part)(x + j, n) - center);
  return F(jk_keep)(F(jk_vexp_negative)(a - most), n, (S)0);
}

/// The largest a of a row, and the sum of exp(a - largest).
JK_INLINE double F(jk_flip_total)(
    const S *x, const S *g, int64_t columns, V center, S *largest) {
  V most = (V)-(S)__builtin_inf();
  for (int64_t j = 0; j < columns; j += L) {
    int64_t n = columns - j;
    V a = n >= L ? F(jk_load)(g + j, L) * (F(jk_load)(x + j, L) - center)
                 : F(jk_keep)(F(jk_load_part)(g + j, n) * (F(jk_load_part)(x + j, n) - center), n,
                              -(S)__builtin_inf());
    most = F(jk_greatest)(a, most);
  }
  S top = -(S)__builtin_inf();
  for (int l = 0; l < L; l++)
    if (!(most[l] <= top)) top = most[l];
  *largest = top;
  jk_f64x8 sum[2] = {(jk_f64x8)0.0, (jk_f64x8)0.0};
  for (int64_t j = 0; j < columns; j += L)
    F(jk_accumulate)(sum, F(jk_flip_weights)(x, g, j, columns - j, center, (V)top), j);
  return F(jk_lane_sum)(sum);
}

static void F(jk_choose_flips)(
    const void *xs, const void *gs, int64_t rows, int64_t columns, double middle,
    const double *uniforms, int64_t *choices, double *log_densities) {
  const V center = (V)(S)middle;
  for (int64_t r = 0; r < rows; r++) {
    const S *x = (const S *)xs + r * columns, *g = (const S *)gs + r * columns;
    S top;
    double total = F(jk_flip_total)(x, g, columns, center, &top);
    // By inversion: the first place at which the running sum passes u times the total. Should
    // rounding leave it short of that, the last place of positive weight.
    double rest = uniforms[r] * total, weight = 0.0;
    int64_t choice = -1;
    for (int64_t j = 0; j < columns && rest >= 0.0; j += L) {
      int64_t n = columns - j < L ? columns - j : L;
      V weights = F(jk_flip_weights)(x, g, j, columns - j, center, (V)top);
      for (int64_t l = 0; l < n && rest >= 0.0; l++) {
        if (!(weights[l] > (S)0)) continue;
        choice = j + l;
        weight = (double)weights[l];
        rest -= weight;
      }
    }
    choices[r] = choice;
    log_densities[r] = jk_vlog_f64((jk_f64x8)(weight / total))[0];
  }
}

static void F(jk_choice_density)(
    const void *xs, const void *gs, int64_t rows, int64_t columns, double middle,
    const int64_t *choices, double *log_densities) {
  for (int64_t r = 0; r < rows; r++) {
    const S *x = (const S *)xs + r * columns, *g = (const S *)gs + r * columns;
    S top;
    double total = F(jk_flip_total)(x, g, columns, (V)(S)middle, &top);
    S a = g[choices[r]] * (x[choices[r]] - (S)middle);
    log_densities[r] = (double)a - (double)top - jk_vlog_f64((jk_f64x8)total)[0];
  }
}
