// Kernels of neural autoregressive models: hidden states that change from variable to variable, the logits
// that they give, and the gradients of both. Included once a level and scalar type; see typed.h for the
// macros. With o the order of the variables,
//
//   a[0] = c,   a[i] = a[i - 1] + x[o(i - 1)] W[o(i - 1)],   h[i] = logistic(a[i])
//   y[o(i)] = b[o(i)] + V[o(i)] . h[i]
//
// A variable of value 0 moves nothing, so a row has one state more than it has variables other than 0:
// sparse rows take few logistic functions. States stand one after the other, and `place[r]` says which of
// them row r has reached.

/// The sum of the lanes, halves onto halves.
JK_INLINE S F(jk_lanes)(V v) {
#if JK_DOUBLE
  jk_f64x4 a = v.lo + v.hi;
#else
  jk_f32x8 half = v.lo + v.hi;
  jk_f32x4 a = half.lo + half.hi;
#endif
  return (a[0] + a[2]) + (a[1] + a[3]);
}

/// Rows whose scalar products are formed together, so that V is read once for all of them.
enum { F(jk_tile) = 8 };

/// The logits of one variable for so many rows, the lanes of a sum in the same order however many.
JK_INLINE void F(jk_logits)(
    const S *const *h, int tile, const S *v, S bias, int64_t hidden, S *const *out) {
  V sum[F(jk_tile)];
  _Pragma("clang loop unroll(full)")
  for (int t = 0; t < tile; t++) sum[t] = (V)(S)0;
  int64_t whole = hidden - hidden % L;
  for (int64_t j = 0; j < whole; j += L) {
    V w = F(jk_load)(v + j, L);
    _Pragma("clang loop unroll(full)")
    for (int t = 0; t < tile; t++) sum[t] += w * F(jk_load)(h[t] + j, L);
  }
  if (whole < hidden) {
    V w = F(jk_load_part)(v + whole, hidden - whole);
    _Pragma("clang loop unroll(full)")
    for (int t = 0; t < tile; t++)
      sum[t] += w * F(jk_load_part)(h[t] + whole, hidden - whole);
  }
  _Pragma("clang loop unroll(full)")
  for (int t = 0; t < tile; t++) *out[t] = bias + F(jk_lanes)(sum[t]);
}

/// a <- a + x w, h <- logistic(a).
static void F(jk_advance_state)(S *a, S x, const S *w, int64_t hidden, S *h) {
  int64_t whole = hidden - hidden % L;
  for (int64_t j = 0; j < whole; j += L) {
    V sum = F(jk_load)(a + j, L) + F(jk_load)(w + j, L) * x;
    F(jk_store)(a + j, sum, L);
    F(jk_store)(h + j, F(jk_vlogistic)(sum), L);
  }
  if (whole < hidden) {
    int64_t n = hidden - whole;
    V sum = F(jk_load_part)(a + whole, n) + F(jk_load_part)(w + whole, n) * x;
    F(jk_store_part)(a + whole, sum, n);
    F(jk_store_part)(h + whole, F(jk_vlogistic)(sum), n);
  }
}

static void F(jk_autoregress)(
    const jk_autoregression *model, const void *xs, int64_t rows, int64_t from, int64_t to,
    int keeps, void *activations, void *states, int64_t *place, void *logits) {
  const S *x = xs, *v = model->output_weights, *w = model->weights;
  const int64_t *order = model->order, n = model->variables, m = model->hidden;
  S *h = states, *y = logits;
  for (int64_t r = 0; r < rows; r += F(jk_tile)) {
    int tile = rows - r < F(jk_tile) ? (int)(rows - r) : F(jk_tile);
    const S *state[F(jk_tile)];
    S *out[F(jk_tile)];
    for (int64_t i = from; i < to; i++) {
      for (int t = 0; t < tile; t++) {
        const S *row = x + (r + t) * n;
        S *a = (S *)activations + (r + t) * m;
        int64_t *at = place + r + t;
        if (i == 0) {
          memset(a, 0, (size_t)m * sizeof(S));
          F(jk_advance_state)(a, (S)1, model->hidden_bias, m, h + *at * m);
        } else if (row[order[i - 1]] != (S)0) {
          if (keeps) *at += 1;
          F(jk_advance_state)(a, row[order[i - 1]], w + order[i - 1] * m, m, h + *at * m);
        }
        state[t] = h + *at * m;
        out[t] = y + (r + t) * n + order[i];
      }
      S bias = ((const S *)model->visible_bias)[order[i]];
      if (tile == F(jk_tile))
        F(jk_logits)(state, F(jk_tile), v + order[i] * m, bias, m, out);
      else
        for (int t = 0; t < tile; t++)
          F(jk_logits)(state + t, 1, v + order[i] * m, bias, m, out + t);
    }
  }
}

/// Vectors of hidden units whose gradients are formed together, and rows: what is read again and again
/// stays in registers and in the nearest cache.
enum { F(jk_strip) = 4, F(jk_strip_rows) = 32 };

#define JK_PART_LOAD(p, from)                                                   \
  ((p) + 1 < parts || last == L ? F(jk_load)((from) + (p) * L, L)               \
                                : F(jk_load_part)((from) + (p) * L, last))
#define JK_PART_ADD(p, to, value)                                               \
  {                                                                             \
    V total = JK_PART_LOAD(p, to) + (value);                                    \
    if ((p) + 1 < parts || last == L)                                           \
      F(jk_store)((to) + (p) * L, total, L);                                    \
    else                                                                        \
      F(jk_store_part)((to) + (p) * L, total, last);                            \
  }

/// g <- g + s h (1 - h), s <- 0.
JK_INLINE void F(jk_pass_state)(V *g, V *s, const S *h, int parts, int64_t last) {
  _Pragma("clang loop unroll(full)")
  for (int p = 0; p < parts; p++) {
    V e = JK_PART_LOAD(p, h);
    g[p] += s[p] * (e * ((S)1 - e));
    s[p] = (V)(S)0;
  }
}

/// A strip of hidden units, of so many vectors with so many lanes in the last; all pointers begin at it.
/// Going back through the order, g is the gradient in the activation so far, and s what has still to pass
/// through the logistic function of the present state.
JK_INLINE void F(jk_regress_strip)(
    const jk_autoregression *model, const S *x, const S *residuals, int64_t rows, const S *v,
    const S *states, const int64_t *ends, int parts, int64_t last, S *dw, S *dv, S *dc) {
  const int64_t *order = model->order, n = model->variables, m = model->hidden;
  V g[F(jk_strip_rows)][F(jk_strip)], s[F(jk_strip_rows)][F(jk_strip)];
  const S *state[F(jk_strip_rows)];
  for (int64_t r = 0; r < rows; r++) {
    state[r] = states + ends[r] * m;
    _Pragma("clang loop unroll(full)")
    for (int p = 0; p < parts; p++) g[r][p] = s[r][p] = (V)(S)0;
  }
  for (int64_t i = n - 1; i >= 0; i--) {
    int64_t d = order[i];
    V weight[F(jk_strip)], in[F(jk_strip)], out[F(jk_strip)];
    _Pragma("clang loop unroll(full)")
    for (int p = 0; p < parts; p++) {
      weight[p] = JK_PART_LOAD(p, v + d * m);
      in[p] = out[p] = (V)(S)0;
    }
    for (int64_t r = 0; r < rows; r++) {
      S value = x[r * n + d], residual = residuals[r * n + d];
      // The last variable of the order moves nothing.
      if (value != (S)0 && i + 1 < n) {
        F(jk_pass_state)(g[r], s[r], state[r], parts, last);
        state[r] -= m;
        _Pragma("clang loop unroll(full)")
        for (int p = 0; p < parts; p++) in[p] += g[r][p] * value;
      }
      _Pragma("clang loop unroll(full)")
      for (int p = 0; p < parts; p++) {
        out[p] += JK_PART_LOAD(p, state[r]) * residual;
        s[r][p] += weight[p] * residual;
      }
    }
    _Pragma("clang loop unroll(full)")
    for (int p = 0; p < parts; p++) {
      JK_PART_ADD(p, dw + d * m, in[p])
      JK_PART_ADD(p, dv + d * m, out[p])
    }
  }
  V bias[F(jk_strip)];
  _Pragma("clang loop unroll(full)")
  for (int p = 0; p < parts; p++) bias[p] = (V)(S)0;
  for (int64_t r = 0; r < rows; r++) {
    F(jk_pass_state)(g[r], s[r], state[r], parts, last);
    _Pragma("clang loop unroll(full)")
    for (int p = 0; p < parts; p++) bias[p] += g[r][p];
  }
  _Pragma("clang loop unroll(full)")
  for (int p = 0; p < parts; p++) JK_PART_ADD(p, dc, bias[p])
}
#undef JK_PART_LOAD
#undef JK_PART_ADD

static void F(jk_autoregress_back)(
    const jk_autoregression *model, const void *xs, const void *residuals, int64_t rows,
    const void *states, const int64_t *ends, int64_t start, int64_t end, void *dws, void *dvs,
    void *dcs) {
  int64_t n = model->variables;
  for (int64_t j = start; j < end; j += F(jk_strip) * L)
    for (int64_t r = 0; r < rows; r += F(jk_strip_rows)) {
      int64_t width = end - j < F(jk_strip) * L ? end - j : F(jk_strip) * L;
      int64_t count = rows - r < F(jk_strip_rows) ? rows - r : F(jk_strip_rows);
      // The number of vectors is known to the compiler, and that none is cut where none is.
#define JK_STRIP(parts, last)                                                   \
  F(jk_regress_strip)(                                                          \
      model, (const S *)xs + r * n, (const S *)residuals + r * n, count,        \
      (const S *)model->output_weights + j, (const S *)states + j, ends + r, parts, last, \
      (S *)dws + j, (S *)dvs + j, (S *)dcs + j)
      switch ((width + L - 1) / L) {
        case 1: JK_STRIP(1, width); break;
        case 2: JK_STRIP(2, width - L); break;
        case 3: JK_STRIP(3, width - 2 * L); break;
        default:
          if (width == 4 * L)
            JK_STRIP(4, L);
          else
            JK_STRIP(4, width - 3 * L);
      }
#undef JK_STRIP
    }
}
