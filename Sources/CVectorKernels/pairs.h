// Sums of softplus over all pairs of rows, in double. Included once a level.
//
//   out[r][c] = sum_i log(1 + exp(x[r][i] + y[c][i]))
//
// The exponential of a sum is a product, so a pair costs no exponential: with s = max(x, 0),
// a = exp(x - s), b = exp(-s) and e = exp(y), a factor is
//
//   1 + exp(x + y) = exp(s) (b + a e),   0 < max(a, b) = 1
//
// The factors are multiplied, and one logarithm a pair is taken in the end. A product may grow or
// shrink by exp(reach) a factor, reach = max_c |y[c][i]| + log 2; before it could leave the range of
// double its exponent is moved to an integer. Elements whose reach alone would leave it are summed by
// the plain formula. Error: two exponentials of 2 ulps and three roundings a factor.

enum { JK_PAIR_ROWS = 4, JK_PAIR_LANES = 8 };

/// How far the logarithm of a product may go from the product of mantissa 1 to 2 that it starts at:
/// log 2^1000.
#define JK_PAIR_RANGE 693.0

/// The bytes that jk_softplus_pair_sums needs.
static int64_t jk_pair_room_bytes(int64_t columns, int64_t depth) {
  int64_t groups = (columns + JK_PAIR_LANES - 1) / JK_PAIR_LANES;
  return depth * 8 * (groups * JK_PAIR_LANES + 2 * JK_PAIR_ROWS + 2) + 64;
}

/// reach[i] of every element, and whether all of y is finite.
static int jk_pair_reach(const double *y, int64_t columns, int64_t depth, double *reach) {
  int finite = 1;
  for (int64_t i = 0; i < depth; i++) reach[i] = 0.69314718055994531;
  for (int64_t c = 0; c < columns; c++)
    for (int64_t i = 0; i < depth; i++) {
      double size = __builtin_fabs(y[c * depth + i]) + 0.69314718055994531;
      finite &= size < __builtin_inf();
      reach[i] = size > reach[i] ? size : reach[i];
    }
  return finite;
}

/// exp(y), eight columns beside each other; 1 where the plain formula is used, and past the end.
static void jk_pair_factors(
    const double *y, int64_t columns, int64_t depth, const double *reach, double *factors) {
  int64_t groups = (columns + JK_PAIR_LANES - 1) / JK_PAIR_LANES;
  for (int64_t c = 0; c < groups * JK_PAIR_LANES; c++) {
    double *lane = factors + c / JK_PAIR_LANES * depth * JK_PAIR_LANES + c % JK_PAIR_LANES;
    for (int64_t i = 0; i < depth; i += 8) {
      int64_t n = depth - i < 8 ? depth - i : 8;
      jk_f64x8 v = {0};
      if (c < columns) memcpy(&v, y + c * depth + i, 8 * n);
      jk_f64x8 e = jk_vexp_f64(v);
      for (int64_t k = 0; k < n; k++)
        lane[(i + k) * JK_PAIR_LANES] = reach[i + k] < JK_PAIR_RANGE ? e[k] : 1.0;
    }
  }
}

/// b and a of four rows beside each other, packed[i] = {b0 ... b3, a0 ... a3}. Returns the sum of s over
/// one row; NaN where an element is not finite.
static double jk_pair_pack(const double *x, int64_t depth, const double *reach, double *packed) {
  double sum = 0.0;
  for (int64_t i = 0; i < depth; i += 8) {
    int64_t n = depth - i < 8 ? depth - i : 8;
    jk_f64x8 v = {0};
    memcpy(&v, x + i, 8 * n);
    jk_f64x8 e = jk_vexp_negative_f64(-jk_vabs_f64(v));
    jk_f64x8 b = v > 0.0 ? e : (jk_f64x8)1.0;
    jk_f64x8 a = v > 0.0 ? (jk_f64x8)1.0 : e;
    for (int64_t k = 0; k < n; k++) {
      double *p = packed + (i + k) * 2 * JK_PAIR_ROWS;
      int tame = reach[i + k] < JK_PAIR_RANGE;
      p[0] = tame ? b[k] : 1.0;
      p[JK_PAIR_ROWS] = tame ? a[k] : 0.0;
      sum += (tame && v[k] > 0.0 ? v[k] : 0.0) + v[k] * 0.0;
    }
  }
  return sum;
}

/// log of the products of four rows and eight columns; `ends` says where exponents are to be moved.
JK_INLINE void jk_pair_block(
    const double *factors, const double *packed, const int64_t *ends, int64_t depth,
    jk_f64x8 logs[JK_PAIR_ROWS]) {
  jk_f64x8 product[JK_PAIR_ROWS];
  jk_i64x8 exponent[JK_PAIR_ROWS];
  _Pragma("clang loop unroll(full)")
  for (int q = 0; q < JK_PAIR_ROWS; q++) product[q] = 1.0, exponent[q] = (jk_i64x8)0;
  for (int64_t i = 0; i < depth;) {
    for (int64_t end = *ends++; i < end; i++) {
      jk_f64x8 e;
      memcpy(&e, factors + i * JK_PAIR_LANES, sizeof e);
      const double *p = packed + i * 2 * JK_PAIR_ROWS;
      _Pragma("clang loop unroll(full)")
      for (int q = 0; q < JK_PAIR_ROWS; q++) product[q] *= e * p[JK_PAIR_ROWS + q] + p[q];
    }
    _Pragma("clang loop unroll(full)")
    for (int q = 0; q < JK_PAIR_ROWS; q++) {
      jk_i64x8 bits = (jk_i64x8)product[q];
      exponent[q] += (jk_i64x8)((jk_u64x8)bits >> 52) - 1023;
      product[q] = (jk_f64x8)((bits & 0x000FFFFFFFFFFFFF) | 0x3FF0000000000000);
    }
  }
  for (int q = 0; q < JK_PAIR_ROWS; q++)
    logs[q] = jk_vdouble_f64(exponent[q]) * 0.69314718055994531 + jk_vlog_f64(product[q]);
}

/// x: rows x depth; y: columns x depth; out: rows x columns. A value that is not finite makes its rows
/// or columns NaN.
static void jk_softplus_pair_sums(
    const double *x, int64_t rows, const double *y, int64_t columns, int64_t depth, double *out,
    void *room) {
  int64_t groups = (columns + JK_PAIR_LANES - 1) / JK_PAIR_LANES;
  double *factors = room;
  double *packed = factors + groups * JK_PAIR_LANES * depth;
  double *reach = packed + 2 * JK_PAIR_ROWS * depth;
  int64_t *ends = (int64_t *)(reach + depth);

  int finite = jk_pair_reach(y, columns, depth, reach);
  jk_pair_factors(y, columns, depth, reach, factors);
  int64_t stretches = 0, wild = 0;
  double room_left = JK_PAIR_RANGE;
  for (int64_t i = 0; i < depth; i++) {
    double step = reach[i] < JK_PAIR_RANGE ? reach[i] : 0.0;
    wild += reach[i] >= JK_PAIR_RANGE;
    if (step > room_left) ends[stretches++] = i, room_left = JK_PAIR_RANGE;
    room_left -= step;
  }
  ends[stretches] = depth;

  for (int64_t r = 0; r < rows; r += JK_PAIR_ROWS) {
    double sums[JK_PAIR_ROWS];
    for (int64_t q = 0; q < JK_PAIR_ROWS; q++) {
      int64_t row = r + q < rows ? r + q : rows - 1;
      sums[q] = jk_pair_pack(x + row * depth, depth, reach, packed + q);
    }
    for (int64_t g = 0; g < groups; g++) {
      jk_f64x8 logs[JK_PAIR_ROWS];
      jk_pair_block(factors + g * JK_PAIR_LANES * depth, packed, ends, depth, logs);
      int64_t n = columns - g * JK_PAIR_LANES;
      for (int64_t q = 0; q < JK_PAIR_ROWS && r + q < rows; q++) {
        jk_f64x8 total = logs[q] + sums[q];
        memcpy(out + (r + q) * columns + g * JK_PAIR_LANES, &total, 8 * (n < 8 ? n : 8));
      }
    }
  }

  if (wild == 0 && finite) return;
  for (int64_t r = 0; r < rows; r++)
    for (int64_t c = 0; c < columns; c++)
      for (int64_t i = 0; i < depth; i++) {
        double z = x[r * depth + i] + y[c * depth + i];
        if (reach[i] >= JK_PAIR_RANGE)
          out[r * columns + c] += jk_vsoftplus_f64((jk_f64x8)z)[0];
        out[r * columns + c] += y[c * depth + i] * 0.0;
      }
}
