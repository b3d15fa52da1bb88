// One pass of a fast Fourier transform of four complex sequences at once, each in a lane of its own, so
// that every instruction works on whole vectors whatever the length. Included once a level.
//
// Stockham's arrangement: each pass reads one array and writes the other, in an order that needs no
// bit reversal (C. Van Loan, Computational Frameworks for the Fast Fourier Transform, 1992, §1.7).

typedef double jk_lanes __attribute__((ext_vector_type(4)));

/// One element of each sequence.
typedef struct { jk_lanes re, im; } jk_complex;

JK_INLINE jk_complex jk_at(const double *x, int64_t index) {
  jk_complex z;
  memcpy(&z, x + 8 * index, sizeof z);
  return z;
}

JK_INLINE void jk_put(double *x, int64_t index, jk_complex z) { memcpy(x + 8 * index, &z, sizeof z); }

JK_INLINE jk_complex jk_plus(jk_complex a, jk_complex b) {
  return (jk_complex){a.re + b.re, a.im + b.im};
}

JK_INLINE jk_complex jk_minus(jk_complex a, jk_complex b) {
  return (jk_complex){a.re - b.re, a.im - b.im};
}

JK_INLINE jk_complex jk_scaled(jk_complex a, double s) { return (jk_complex){a.re * s, a.im * s}; }

/// -i a
JK_INLINE jk_complex jk_turned(jk_complex a) { return (jk_complex){a.im, -a.re}; }

/// w a for a root of unity w = w[0] + i w[1].
JK_INLINE jk_complex jk_rotated(jk_complex a, const double *w) {
  return (jk_complex){a.re * w[0] - a.im * w[1], a.re * w[1] + a.im * w[0]};
}

/// Discrete transforms of 2 to 5 elements in place, exp(-2 pi i j k / radix).
JK_INLINE void jk_transform2(jk_complex *a) {
  jk_complex b = a[0];
  a[0] = jk_plus(b, a[1]);
  a[1] = jk_minus(b, a[1]);
}

JK_INLINE void jk_transform3(jk_complex *a) {
  jk_complex sum = jk_plus(a[1], a[2]), difference = jk_minus(a[1], a[2]);
  jk_complex middle = jk_minus(a[0], jk_scaled(sum, 0.5));
  jk_complex turned = jk_turned(jk_scaled(difference, 0.86602540378443864676));
  a[0] = jk_plus(a[0], sum);
  a[1] = jk_plus(middle, turned);
  a[2] = jk_minus(middle, turned);
}

JK_INLINE void jk_transform4(jk_complex *a) {
  jk_complex even = jk_plus(a[0], a[2]), across = jk_minus(a[0], a[2]);
  jk_complex odd = jk_plus(a[1], a[3]), turned = jk_turned(jk_minus(a[1], a[3]));
  a[0] = jk_plus(even, odd);
  a[1] = jk_plus(across, turned);
  a[2] = jk_minus(even, odd);
  a[3] = jk_minus(across, turned);
}

/// cos and sin of 2 pi / 5 and of 4 pi / 5.
JK_INLINE void jk_transform5(jk_complex *a) {
  const double c1 = 0.30901699437494742410, c2 = -0.80901699437494742410;
  const double s1 = 0.95105651629515357212, s2 = 0.58778525229247312917;
  jk_complex p = jk_plus(a[1], a[4]), q = jk_plus(a[2], a[3]);
  jk_complex u = jk_minus(a[1], a[4]), v = jk_minus(a[2], a[3]);
  jk_complex near = jk_plus(a[0], jk_plus(jk_scaled(p, c1), jk_scaled(q, c2)));
  jk_complex far = jk_plus(a[0], jk_plus(jk_scaled(p, c2), jk_scaled(q, c1)));
  jk_complex nearTurned = jk_turned(jk_plus(jk_scaled(u, s1), jk_scaled(v, s2)));
  jk_complex farTurned = jk_turned(jk_minus(jk_scaled(u, s2), jk_scaled(v, s1)));
  a[0] = jk_plus(a[0], jk_plus(p, q));
  a[1] = jk_plus(near, nearTurned);
  a[2] = jk_plus(far, farTurned);
  a[3] = jk_minus(far, farTurned);
  a[4] = jk_minus(near, nearTurned);
}

/// y[q + stride (radix p + k)] <- w[p, k] * transform over j of x[q + stride (p + groups j)]
#define JK_FOURIER_PASS(RADIX)                                                            \
  for (int64_t p = 0; p < groups; p++, w += 2 * (RADIX - 1)) {                            \
    for (int64_t q = 0; q < stride; q++) {                                                \
      jk_complex a[RADIX];                                                                \
      _Pragma("clang loop unroll(full)")                                                  \
      for (int64_t j = 0; j < RADIX; j++) a[j] = jk_at(x, q + stride * (p + groups * j)); \
      jk_transform##RADIX(a);                                                             \
      jk_put(y, q + stride * RADIX * p, a[0]);                                            \
      _Pragma("clang loop unroll(full)")                                                  \
      for (int64_t k = 1; k < RADIX; k++)                                                 \
        jk_put(y, q + stride * (RADIX * p + k), jk_rotated(a[k], w + 2 * (k - 1)));       \
    }                                                                                     \
  }

static void jk_fourier_pass(
    int radix, const double *x, double *y, const double *w, int64_t groups, int64_t stride) {
  switch (radix) {
  case 2: JK_FOURIER_PASS(2) break;
  case 3: JK_FOURIER_PASS(3) break;
  case 4: JK_FOURIER_PASS(4) break;
  case 5: JK_FOURIER_PASS(5) break;
  }
}
#undef JK_FOURIER_PASS

/// Number i of sequence c, less its mean, becomes the real part (c < 4) or imaginary part of a lane of
/// element i; zero from n up to `length`. `starts` says where each sequence begins, -1 that there is none.
static void jk_fourier_load(
    const double *x, const int64_t *starts, const double *means, int64_t n, int64_t length,
    double *out) {
  const double *source[8];
  double mean[8];
  double zeros[8] = {0};
  int64_t step[8];
  for (int c = 0; c < 8; c++) {
    int there = starts[c] >= 0;
    source[c] = there ? x + starts[c] : zeros;
    mean[c] = there ? means[c] : 0;
    step[c] = there;
  }
  for (int64_t i = 0; i < n; i++) {
    _Pragma("clang loop unroll(full)")
    for (int c = 0; c < 8; c++) out[8 * i + c] = source[c][i * step[c]] - mean[c];
  }
  memset(out + 8 * n, 0, (size_t)(8 * (length - n)) * sizeof(double));
}

/// power[i] += the squared magnitudes of lanes [first, end) of element i.
static void jk_fourier_power(
    const double *x, int64_t first, int64_t end, int64_t length, double *power) {
  jk_lanes counts;
  for (int64_t lane = 0; lane < 4; lane++) counts[lane] = lane >= first && lane < end;
  for (int64_t i = 0; i < length; i++) {
    jk_complex z = jk_at(x, i);
    jk_lanes square = (z.re * z.re + z.im * z.im) * counts;
    power[i] += (square[0] + square[2]) + (square[1] + square[3]);
  }
}
