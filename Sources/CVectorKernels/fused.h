// Kernels of the Boltzmann machines: bias, logistic, draw and softplus in one pass over each row.
// Included once a level and scalar type; see typed.h for the macros.

/// [u < p] of one vector of words.
JK_INLINE V F(jk_draw)(V p, UW w) { return F(jk_uniform_of)(w) < p ? (V)(S)1 : (V)(S)0; }

static void F(jk_add_bias_logistic)(void *xs, const void *biases, int64_t rows, int64_t columns) {
  const S *bias = biases;
  int64_t whole = columns - columns % L;
  for (int64_t r = 0; r < rows; r++) {
    S *x = (S *)xs + r * columns;
    for (int64_t j = 0; j < whole; j += L)
      F(jk_store)(x + j, F(jk_vlogistic)(F(jk_load)(x + j, L) + F(jk_load)(bias + j, L)), L);
    if (whole < columns) {
      int64_t n = columns - whole;
      V y = F(jk_load_part)(x + whole, n) + F(jk_load_part)(bias + whole, n);
      F(jk_store_part)(x + whole, F(jk_vlogistic)(y), n);
    }
  }
}

// The loop over a row with a vector of random words at hand: BODY(n) sees j and `word`, and n says
// how many lanes count.
#define JK_DRAW_ROWS(BODY)                                                      \
  jk_keys keys;                                                                 \
  jk_spread_keys(&keys, at->key);                                               \
  for (int64_t r = 0; r < rows; r++) {                                          \
    jk_row row = jk_row_of(at, r);                                              \
    uint32_t block = at->first_block;                                           \
    for (int64_t start = 0; start < columns; start += 32, block += 8) {         \
      union { jk_u32x16 whole[2]; UW part[32 / L]; } words;                     \
      jk_words32(&keys, row, block, words.whole);                               \
      if (start + 32 <= columns) {                                              \
        _Pragma("clang loop unroll(full)")                                      \
        for (int64_t v = 0; v < 32 / L; v++) {                                  \
          int64_t j = start + v * L;                                            \
          UW word = words.part[v];                                              \
          BODY(load, store, L)                                                  \
        }                                                                       \
      } else {                                                                  \
        for (int64_t v = 0; v < 32 / L && start + v * L < columns; v++) {       \
          int64_t j = start + v * L, n = columns - j < L ? columns - j : L;     \
          UW word = words.part[v];                                              \
          if (n == L) { BODY(load, store, L) } else { BODY(load_part, store_part, n) } \
        }                                                                       \
      }                                                                         \
    }                                                                           \
    JK_ROW_END                                                                  \
  }

#define JK_ROW_END
static void F(jk_add_bias_logistic_sample)(
    void *xs, const void *biases, int64_t rows, int64_t columns, const jk_address *at) {
  const S *bias = biases;
#define BODY(LOAD, STORE, n)                                                    \
  {                                                                             \
    S *x = (S *)xs + r * columns + j;                                           \
    V y = F(jk_##LOAD)(x, n) + F(jk_##LOAD)(bias + j, n);                       \
    F(jk_##STORE)(x, F(jk_draw)(F(jk_vlogistic)(y), word), n);                  \
  }
  JK_DRAW_ROWS(BODY)
#undef BODY
}

static void F(jk_bernoulli)(
    const void *means, void *out, int64_t rows, int64_t columns, const jk_address *at) {
#define BODY(LOAD, STORE, n)                                                    \
  {                                                                             \
    V p = F(jk_##LOAD)((const S *)means + r * columns + j, n);                  \
    F(jk_##STORE)((S *)out + r * columns + j, F(jk_draw)(p, word), n);          \
  }
  JK_DRAW_ROWS(BODY)
#undef BODY
}

static void F(jk_anneal_visible)(
    void *xs, const void *biases, const void *base_biases, int64_t rows, int64_t columns,
    double beta, const jk_address *at) {
  const S *bias = biases, *base = base_biases;
  const V warm = (V)(S)beta, cold = (V)(S)(1.0 - beta);
#define BODY(LOAD, STORE, n)                                                    \
  {                                                                             \
    S *x = (S *)xs + r * columns + j;                                           \
    V y = warm * (F(jk_##LOAD)(x, n) + F(jk_##LOAD)(bias + j, n))               \
        + cold * F(jk_##LOAD)(base + j, n);                                     \
    F(jk_##STORE)(x, F(jk_draw)(F(jk_vlogistic)(y), word), n);                  \
  }
  JK_DRAW_ROWS(BODY)
#undef BODY
}
#undef JK_ROW_END

// Sums of softplus(y) = max(y, 0) + log(1 + exp(-|y|)): the logarithm is taken once, of the product
// of the factors 1 + exp(-|y|) in double. A factor is at most 2, so the product of the factors of
// one stretch of 960 elements stays below 2^960. Absolute error of the result: 1.2e-16 an element
// beside the ulps of exp, which is why terms below 1e-16 count as zero.

enum { F(jk_stretch) = 960 };

/// Sixteen lanes of running sums and products in double.
typedef struct {
  jk_f64x8 sum[2], product[2];
} F(jk_softplus);

JK_INLINE void F(jk_softplus_clear)(F(jk_softplus) *s) {
  for (int i = 0; i < 2; i++) s->sum[i] = 0.0, s->product[i] = 1.0;
}

/// log of the product of all lanes of `over` / the same of `under`.
JK_INLINE double F(jk_log_ratio)(const jk_f64x8 *over, const jk_f64x8 *under) {
  jk_f64x8 a = over[0] * over[1], b = under[0] * under[1];
  double p = ((a[0] * a[4]) * (a[2] * a[6])) * ((a[1] * a[5]) * (a[3] * a[7]));
  double q = ((b[0] * b[4]) * (b[2] * b[6])) * ((b[1] * b[5]) * (b[3] * b[7]));
  return jk_vlog_f64((jk_f64x8)(p / q))[0];
}

JK_INLINE double F(jk_lane_sum)(const jk_f64x8 *sum) {
  jk_f64x8 a = sum[0] + sum[1];
  return ((a[0] + a[4]) + (a[2] + a[6])) + ((a[1] + a[5]) + (a[3] + a[7]));
}

static void F(jk_softplus_row_sums)(
    const void *xs, const void *biases, int64_t rows, int64_t columns, double scale,
    double *out) {
  const S *bias = biases;
  const jk_f64x8 ones[2] = {(jk_f64x8)1.0, (jk_f64x8)1.0};
  for (int64_t r = 0; r < rows; r++) {
    const S *x = (const S *)xs + r * columns;
    F(jk_softplus) s;
    F(jk_softplus_clear)(&s);
    double total = 0.0;
    for (int64_t start = 0; start < columns; start += F(jk_stretch)) {
      int64_t end = start + F(jk_stretch) < columns ? start + F(jk_stretch) : columns;
      for (int64_t j = start; j < end; j += L) {
        int64_t n = end - j;
        V y;
        if (n >= L) {
          y = (F(jk_load)(x + j, L) + F(jk_load)(bias + j, L)) * (S)scale;
        } else {
          y = (F(jk_load_part)(x + j, n) + F(jk_load_part)(bias + j, n)) * (S)scale;
          y = F(jk_keep)(y, n, -(S)__builtin_inf());
        }
        V e = F(jk_vexp_negative)(-F(jk_vabs)(y));
        F(jk_accumulate)(s.sum, y > (S)0 ? y : (V)(S)0, j);
        F(jk_multiply)(s.product, e, j);
      }
      total += F(jk_log_ratio)(s.product, ones);
      for (int i = 0; i < 2; i++) s.product[i] = 1.0;
    }
    out[r] = F(jk_lane_sum)(s.sum) + total;
  }
}

static void F(jk_anneal_hidden)(
    void *xs, const void *biases, int64_t rows, int64_t columns, double from, double to,
    double *log_weights, const jk_address *at) {
  const S *bias = biases;
  const V cold = (V)(S)from, warm = (V)(S)to;
  F(jk_softplus) over, under;
  F(jk_softplus_clear)(&over);
  F(jk_softplus_clear)(&under);
  double total = 0.0;
#define BODY(LOAD, STORE, n)                                                    \
  {                                                                             \
    S *x = (S *)xs + r * columns + j;                                           \
    V input = F(jk_##LOAD)(x, n) + F(jk_##LOAD)(bias + j, n);                   \
    V y = warm * input, z = cold * input;                                       \
    V e = F(jk_vexp_negative)(-F(jk_vabs)(y));                                  \
    V d = F(jk_vexp_negative)(-F(jk_vabs)(z));                                  \
    V rise = (y > (S)0 ? y : (V)(S)0) - (z > (S)0 ? z : (V)(S)0);               \
    F(jk_accumulate)(over.sum, F(jk_keep)(rise, n, 0), j);                      \
    F(jk_multiply)(over.product, F(jk_keep)(e, n, 0), j);                       \
    F(jk_multiply)(under.product, F(jk_keep)(d, n, 0), j);                      \
    F(jk_##STORE)(x, F(jk_draw)(F(jk_logistic_of)(y, e), word), n);             \
    if ((j + L) % F(jk_stretch) == 0) {                                         \
      total += F(jk_log_ratio)(over.product, under.product);                    \
      for (int i = 0; i < 2; i++) over.product[i] = 1.0, under.product[i] = 1.0; \
    }                                                                           \
  }
#define JK_ROW_END                                                              \
  total += F(jk_log_ratio)(over.product, under.product);                        \
  log_weights[r] += F(jk_lane_sum)(over.sum) + total;                           \
  F(jk_softplus_clear)(&over);                                                  \
  F(jk_softplus_clear)(&under);                                                 \
  total = 0.0;
  JK_DRAW_ROWS(BODY)
#undef BODY
#undef JK_ROW_END
}
