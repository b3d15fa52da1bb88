// Elementwise maps, reductions, table look-up and optimizer passes over contiguous values.
// Included once a level and scalar type; see typed.h for the macros.

// One loop for each function: whole vectors, then what is left.
#define JK_MAP(EXPRESSION)                                                      \
  {                                                                             \
    int64_t i = 0;                                                              \
    for (; i + L <= n; i += L) {                                                \
      V a = F(jk_load)(x + i, L);                                               \
      F(jk_store)(out + i, EXPRESSION, L);                                      \
    }                                                                           \
    if (i < n) {                                                                \
      V a = F(jk_load_part)(x + i, n - i);                                      \
      F(jk_store_part)(out + i, EXPRESSION, n - i);                             \
    }                                                                           \
    return;                                                                     \
  }

static void F(jk_unary)(int function, const void *xs, void *outs, int64_t n) {
  const S *x = xs;
  S *out = outs;
  switch (function) {
    case JK_EXP: JK_MAP(F(jk_vexp)(a))
    case JK_EXPM1: JK_MAP(F(jk_vexpm1)(a))
    case JK_LOG: JK_MAP(F(jk_vlog)(a))
    case JK_LOG1P: JK_MAP(F(jk_vlog1p)(a))
    case JK_TANH: JK_MAP(F(jk_vtanh)(a))
    case JK_LOGISTIC: JK_MAP(F(jk_vlogistic)(a))
    case JK_SOFTPLUS: JK_MAP(F(jk_vsoftplus)(a))
    case JK_SQRT: JK_MAP(F(jk_vsqrt)(a))
    case JK_SQUARE: JK_MAP(a * a)
    case JK_ABS: JK_MAP(F(jk_vabs)(a))
    case JK_RECIPROCAL: JK_MAP((S)1 / a)
    case JK_NEGATE: JK_MAP(-a)
    case JK_SIGN: JK_MAP(F(jk_vsign)(a))
    case JK_SWISH: JK_MAP(a * F(jk_vlogistic)(a))
    case JK_SWISH_SLOPE: JK_MAP(F(jk_vswish_slope)(a))
    case JK_GELU: JK_MAP(F(jk_vgelu)(a))
    case JK_GELU_SLOPE: JK_MAP(F(jk_vgelu_slope)(a))
    default: return;
  }
}
#undef JK_MAP

static void F(jk_unary_sloped)(
    int function, const void *xs, void *outs, void *slopes, int64_t n) {
  const S *x = xs;
  S *out = outs, *slope = slopes;
  int64_t i = 0;
#if defined(JK_WIDE) && !JK_DOUBLE
  i = jk_sloped_stretch_f32w(function, x, out, slope, n);
#endif
  i += F(jk_sloped_stretch)(function, x + i, out + i, slope + i, n - i);
  if (i == n) return;
  S rest[L] = {0}, values[L], rises[L];
  memcpy(rest, x + i, (size_t)(n - i) * sizeof(S));
  F(jk_sloped_stretch)(function, rest, values, rises, L);
  memcpy(out + i, values, (size_t)(n - i) * sizeof(S));
  memcpy(slope + i, rises, (size_t)(n - i) * sizeof(S));
}

#define JK_OPERATIONS(LOOP)                                                     \
  switch (function) {                                                           \
    case JK_ADD: LOOP(a + b) break;                                             \
    case JK_SUBTRACT: LOOP(a - b) break;                                        \
    case JK_SUBTRACT_FROM: LOOP(b - a) break;                                   \
    case JK_MULTIPLY: LOOP(a * b) break;                                        \
    case JK_DIVIDE: LOOP(a / b) break;                                          \
    case JK_DIVIDE_INTO: LOOP(b / a) break;                                     \
    case JK_MINIMUM: LOOP(F(jk_least)(a, b)) break;                             \
    case JK_MAXIMUM: LOOP(F(jk_greatest)(a, b)) break;                          \
    default: break;                                                             \
  }

JK_INLINE V F(jk_least)(V a, V b) {
  V c = a < b ? a : b;
  return a != a ? a : c;
}

JK_INLINE V F(jk_greatest)(V a, V b) {
  V c = a > b ? a : b;
  return a != a ? a : c;
}

static void F(jk_binary)(
    int function, const void *xs, const void *ys, void *outs, int64_t n) {
  const S *x = xs, *y = ys;
  S *out = outs;
#define LOOP(EXPRESSION)                                                        \
  {                                                                             \
    int64_t i = 0;                                                              \
    for (; i + L <= n; i += L) {                                                \
      V a = F(jk_load)(x + i, L), b = F(jk_load)(y + i, L);                     \
      F(jk_store)(out + i, EXPRESSION, L);                                      \
    }                                                                           \
    if (i < n) {                                                                \
      V a = F(jk_load_part)(x + i, n - i), b = F(jk_load_part)(y + i, n - i);   \
      F(jk_store_part)(out + i, EXPRESSION, n - i);                             \
    }                                                                           \
  }
  JK_OPERATIONS(LOOP)
#undef LOOP
}

static void F(jk_binary_scalar)(
    int function, const void *xs, double scalar, void *outs, int64_t n) {
  const S *x = xs;
  S *out = outs;
  const V b = (V)(S)scalar;
#define LOOP(EXPRESSION)                                                        \
  {                                                                             \
    int64_t i = 0;                                                              \
    for (; i + L <= n; i += L) {                                                \
      V a = F(jk_load)(x + i, L);                                               \
      F(jk_store)(out + i, EXPRESSION, L);                                      \
    }                                                                           \
    if (i < n) {                                                                \
      V a = F(jk_load_part)(x + i, n - i);                                      \
      F(jk_store_part)(out + i, EXPRESSION, n - i);                             \
    }                                                                           \
  }
  JK_OPERATIONS(LOOP)
#undef LOOP
}
#undef JK_OPERATIONS

static void F(jk_binary_rows)(
    int function, const void *xs, const void *row, void *outs, int64_t rows, int64_t columns) {
  for (int64_t r = 0; r < rows; r++)
    F(jk_binary)(
        function, (const S *)xs + r * columns, row, (S *)outs + r * columns, columns);
}

static void F(jk_binary_columns)(
    int function, const void *xs, const void *column, void *outs, int64_t rows,
    int64_t columns) {
  for (int64_t r = 0; r < rows; r++)
    F(jk_binary_scalar)(
        function, (const S *)xs + r * columns, (double)((const S *)column)[r],
        (S *)outs + r * columns, columns);
}

// Sums run in sixteen lanes of double whatever the type, element i in lane i % 16.

static double F(jk_sum)(const S *x, int64_t n) {
  jk_f64x8 sum[2] = {(jk_f64x8)0.0, (jk_f64x8)0.0};
  int64_t i = 0;
  for (; i + 16 <= n; i += 16)
    for (int64_t j = i; j < i + 16; j += L) F(jk_accumulate)(sum, F(jk_load)(x + j, L), j);
  for (; i < n; i += L)
    F(jk_accumulate)(sum, F(jk_load_part)(x + i, n - i < L ? n - i : L), i);
  return F(jk_lane_sum)(sum);
}

/// Adds the squares of v - center likewise.
JK_INLINE void F(jk_accumulate_squares)(jk_f64x8 *sum, V v, double center, int64_t j) {
#if JK_DOUBLE
  jk_f64x8 d = v - center;
  sum[(j >> 3) & 1] += d * d;
#else
  jk_f64x8 low = __builtin_convertvector(v.lo, jk_f64x8) - center;
  jk_f64x8 high = __builtin_convertvector(v.hi, jk_f64x8) - center;
  sum[0] += low * low;
  sum[1] += high * high;
#endif
}

static double F(jk_sum_of_squares)(const S *x, int64_t n, double center) {
  jk_f64x8 sum[2] = {(jk_f64x8)0.0, (jk_f64x8)0.0};
  int64_t i = 0;
  for (; i + 16 <= n; i += 16)
    for (int64_t j = i; j < i + 16; j += L)
      F(jk_accumulate_squares)(sum, F(jk_load)(x + j, L), center, j);
  double rest[16] = {0};
  for (; i < n; i++) {
    double d = (double)x[i] - center;
    rest[i % 16] = d * d;
  }
  for (int h = 0; h < 2; h++) {
    jk_f64x8 lanes;
    memcpy(&lanes, rest + 8 * h, sizeof lanes);
    sum[h] += lanes;
  }
  return F(jk_lane_sum)(sum);
}

static double F(jk_greatest_of)(const S *x, int64_t n, int magnitude, S start) {
  V most = (V)start;
  for (int64_t i = 0; i < n; i += L) {
    V a = n - i >= L ? F(jk_load)(x + i, L)
                     : F(jk_keep)(F(jk_load_part)(x + i, n - i), n - i, start);
    most = F(jk_greatest)(magnitude ? F(jk_vabs)(a) : a, most);
  }
  S result = start;
  for (int l = 0; l < L; l++)
    if (!(most[l] <= result)) {
      result = most[l];
      if (result != result) break;
    }
  return (double)result;
}

static double F(jk_least_of)(const S *x, int64_t n) {
  V least = (V)(S)__builtin_inf();
  for (int64_t i = 0; i < n; i += L) {
    V a = n - i >= L
        ? F(jk_load)(x + i, L)
        : F(jk_keep)(F(jk_load_part)(x + i, n - i), n - i, (S)__builtin_inf());
    least = F(jk_least)(a, least);
  }
  S result = (S)__builtin_inf();
  for (int l = 0; l < L; l++)
    if (!(least[l] >= result)) {
      result = least[l];
      if (result != result) break;
    }
  return (double)result;
}

static double F(jk_log_sum_exp)(const S *x, int64_t n) {
  double most = F(jk_greatest_of)(x, n, 0, -(S)__builtin_inf());
  if (!(most - most == 0.0)) return most;
  jk_f64x8 sum[2] = {(jk_f64x8)0.0, (jk_f64x8)0.0};
  for (int64_t i = 0; i < n; i += L) {
    V a = n - i >= L
        ? F(jk_load)(x + i, L)
        : F(jk_keep)(F(jk_load_part)(x + i, n - i), n - i, -(S)__builtin_inf());
    F(jk_accumulate)(sum, F(jk_vexp_negative)(a - (S)most), i);
  }
  return most + jk_vlog_f64((jk_f64x8)F(jk_lane_sum)(sum))[0];
}

static double F(jk_reduce)(int function, const void *xs, int64_t n, double argument) {
  switch (function) {
    case JK_SUM: return F(jk_sum)(xs, n);
    case JK_SUM_OF_SQUARES: return F(jk_sum_of_squares)(xs, n, argument);
    case JK_GREATEST: return F(jk_greatest_of)(xs, n, 0, -(S)__builtin_inf());
    case JK_LEAST: return F(jk_least_of)(xs, n);
    case JK_LARGEST_MAGNITUDE: return F(jk_greatest_of)(xs, n, 1, (S)0);
    case JK_LOG_SUM_EXP: return F(jk_log_sum_exp)(xs, n);
    default: return 0.0;
  }
}

static int64_t F(jk_first_non_finite)(const void *xs, int64_t n) {
  const S *x = xs;
  // x * 0 is 0 for finite x and NaN otherwise: look a stretch over, then for the element.
  for (int64_t start = 0; start < n; start += 1024) {
    int64_t end = start + 1024 < n ? start + 1024 : n;
    V check = (V)(S)0;
    int64_t i = start;
    for (; i + L <= end; i += L) check += F(jk_load)(x + i, L) * (S)0;
    if (i < end) check += F(jk_load_part)(x + i, end - i) * (S)0;
    S total = 0;
    for (int l = 0; l < L; l++) total += check[l];
    if (total != total)
      for (i = start; i < end; i++)
        if (x[i] * (S)0 != (S)0) return i;
  }
  return -1;
}

static void F(jk_column_sums)(const void *xs, int64_t rows, int64_t columns, double *out) {
  memset(out, 0, (size_t)columns * sizeof *out);
  for (int64_t r = 0; r < rows; r++) {
    const S *x = (const S *)xs + r * columns;
    for (int64_t j = 0; j < columns; j++) out[j] += (double)x[j];
  }
}

static void F(jk_look_up)(
    const uint8_t *bytes, int64_t columns, const int64_t *rows, int64_t count,
    const void *tables, void *outs) {
  const S *table = tables;
  for (int64_t r = 0; r < count; r++) {
    const uint8_t *from = bytes + rows[r] * columns;
    S *out = (S *)outs + r * columns;
    for (int64_t j = 0; j < columns; j++) out[j] = table[from[j]];
  }
}
