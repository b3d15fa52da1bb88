// Elementary functions of eight doubles, without branches. Included once a level.
// Accuracy is stated in ulps of the result and tested against long double.

JK_INLINE jk_f64x8 jk_vabs_f64(jk_f64x8 x) {
  return (jk_f64x8)((jk_i64x8)x & INT64_MAX);
}

JK_INLINE jk_f64x8 jk_vsqrt_f64(jk_f64x8 x) { return __builtin_elementwise_sqrt(x); }

/// 2^n for n in [-1022, 1023].
JK_INLINE jk_f64x8 jk_vpower_f64(jk_i64x8 n) { return (jk_f64x8)((n + 1023) << 52); }

/// n as double, |n| < 2^51. AVX2 has no such conversion.
JK_INLINE jk_f64x8 jk_vdouble_f64(jk_i64x8 n) {
  return (jk_f64x8)(n + 0x4338000000000000) - 6755399441055744.0;
}

/// floor(n / 2) for |n| < 4096. AVX2 has no arithmetic shift of 64 bits.
JK_INLINE jk_i64x8 jk_vhalf_f64(jk_i64x8 n) {
  return (jk_i64x8)((jk_u64x8)(n + 4096) >> 1) - 2048;
}

/// exp(r) - 1 for |r| <= ln 2 / 2, by the Taylor series to r^13 (the next term is 4e-18).
JK_INLINE jk_f64x8 jk_vexp_fraction_f64(jk_f64x8 r) {
  jk_f64x8 q = r * 1.6059043836821614599e-10 + 2.0876756987868098979e-9;
  q = q * r + 2.5052108385441718775e-8;
  q = q * r + 2.7557319223985890653e-7;
  q = q * r + 2.7557319223985890653e-6;
  q = q * r + 2.4801587301587301587e-5;
  q = q * r + 1.9841269841269841270e-4;
  q = q * r + 1.3888888888888888889e-3;
  q = q * r + 8.3333333333333333333e-3;
  q = q * r + 4.1666666666666666667e-2;
  q = q * r + 1.6666666666666666667e-1;
  q = q * r + 0.5;
  return q * (r * r) + r;
}

/// x = n ln 2 + r; see the float form.
JK_INLINE jk_f64x8 jk_vexp_reduce_f64(jk_f64x8 x, jk_i64x8 *n) {
  jk_f64x8 shifted = x * 1.44269504088896338700 + 6755399441055744.0;
  jk_f64x8 k = shifted - 6755399441055744.0;
  *n = (jk_i64x8)shifted - 0x4338000000000000;
  return (x - k * 6.93147180369123816490e-01) - k * 1.90821492927058770002e-10;
}

/// exp(x): 1 ulp, subnormal results included; exp(-inf) = 0.
JK_INLINE jk_f64x8 jk_vexp_f64(jk_f64x8 x) {
  x = x > 710.0 ? (jk_f64x8)710.0 : x;
  x = x < -746.0 ? (jk_f64x8)-746.0 : x;
  jk_i64x8 n;
  jk_f64x8 r = jk_vexp_reduce_f64(x, &n);
  jk_f64x8 p = jk_vexp_fraction_f64(r) + 1.0;
  jk_i64x8 half = jk_vhalf_f64(n);
  return p * jk_vpower_f64(half) * jk_vpower_f64(n - half);
}

/// exp(x) for x <= 0.
JK_INLINE jk_f64x8 jk_vexp_negative_f64(jk_f64x8 x) {
  x = x < -746.0 ? (jk_f64x8)-746.0 : x;
  jk_i64x8 n;
  jk_f64x8 r = jk_vexp_reduce_f64(x, &n);
  jk_f64x8 p = jk_vexp_fraction_f64(r) + 1.0;
  jk_i64x8 half = jk_vhalf_f64(n);
  return p * jk_vpower_f64(half) * jk_vpower_f64(n - half);
}

/// log(2^k (1 + f)) + c for sqrt(1/2) <= 1 + f < sqrt(2) and a small correction c. Method and
/// coefficients of FreeBSD e_log.c: s = f / (2 + f), log(1 + f) = f - f^2/2 + s (f^2/2 + R(s^2)).
JK_INLINE jk_f64x8 jk_vlog_core_f64(jk_f64x8 f, jk_f64x8 k, jk_f64x8 c) {
  jk_f64x8 s = f / (f + 2.0);
  jk_f64x8 z = s * s;
  jk_f64x8 w = z * z;
  jk_f64x8 even = w * (w * (w * 1.531383769920937332e-01 + 2.222219843214978396e-01)
      + 3.999999999940941908e-01);
  jk_f64x8 odd = z * (w * (w * (w * 1.479819860511658591e-01 + 1.818357216161805012e-01)
      + 2.857142874366239149e-01) + 6.666666666666735130e-01);
  jk_f64x8 square = f * f * 0.5;
  jk_f64x8 tail = k * 1.90821492927058770002e-10 + c;
  return k * 6.93147180369123816490e-01 - ((square - (s * (square + (even + odd)) + tail)) - f);
}

/// x = 2^k m with m in [sqrt(1/2), sqrt(2)), for normal x > 0.
JK_INLINE jk_f64x8 jk_vlog_reduce_f64(jk_f64x8 x, jk_i64x8 *k) {
  // Shifted so that the exponent steps at sqrt(1/2), and biased so that a logical shift does.
  *k = (jk_i64x8)((jk_u64x8)((jk_i64x8)x - 0x3FE6A09E667F3BCD + (1024LL << 52)) >> 52) - 1024;
  return (jk_f64x8)((jk_i64x8)x - (*k << 52));
}

/// log(x) for normal x > 0, the same bits as below.
JK_INLINE jk_f64x8 jk_vlog_normal_f64(jk_f64x8 x) {
  jk_i64x8 k;
  jk_f64x8 m = jk_vlog_reduce_f64(x, &k);
  return jk_vlog_core_f64(m - 1.0, jk_vdouble_f64(k), (jk_f64x8)0.0);
}

/// log(x): 1 ulp; log(0) = -inf, NaN below.
JK_INLINE jk_f64x8 jk_vlog_f64(jk_f64x8 x) {
  jk_i64x8 tiny = x < 0x1p-1022;
  jk_i64x8 k;
  jk_f64x8 m = jk_vlog_reduce_f64(tiny ? x * 0x1p54 : x, &k);
  k = tiny ? k - 54 : k;
  jk_f64x8 result = jk_vlog_core_f64(m - 1.0, jk_vdouble_f64(k), (jk_f64x8)0.0);
  result = x < __builtin_inf() ? result : x;
  result = x == 0.0 ? (jk_f64x8)-__builtin_inf() : result;
  return x < 0.0 ? (jk_f64x8)__builtin_nan("") : result;
}

/// log(1 + y): 2 ulps. The part of y that 1 + y loses comes back as c; without any loss when 1 + y
/// needs no reduction.
JK_INLINE jk_f64x8 jk_vlog1p_f64(jk_f64x8 y) {
  jk_f64x8 u = y + 1.0;
  jk_i64x8 k;
  jk_f64x8 m = jk_vlog_reduce_f64(u, &k);
  jk_f64x8 lost = k > 1 ? 1.0 - (u - y) : y - (u - 1.0);
  jk_i64x8 direct = k == 0;
  jk_f64x8 f = direct ? y : m - 1.0;
  jk_f64x8 result = jk_vlog_core_f64(f, jk_vdouble_f64(k), direct ? (jk_f64x8)0.0 : lost / u);
  result = y < __builtin_inf() ? result : y;
  result = y == 0.0 ? y : result;
  result = y == -1.0 ? (jk_f64x8)-__builtin_inf() : result;
  return y < -1.0 ? (jk_f64x8)__builtin_nan("") : result;
}

/// log(1 + e) for 0 <= e <= 1 or NaN.
JK_INLINE jk_f64x8 jk_vlog1p_unit_f64(jk_f64x8 e) {
  jk_i64x8 big = e > 0.41421356237309505;
  jk_f64x8 f = big ? (e - 1.0) * 0.5 : e;
  return jk_vlog_core_f64(f, big ? (jk_f64x8)1.0 : (jk_f64x8)0.0, (jk_f64x8)0.0);
}

/// exp(x) - 1: 2 ulps. 2^n (expm1(r) + (1 - 2^-n)) keeps the small results.
JK_INLINE jk_f64x8 jk_vexpm1_f64(jk_f64x8 x) {
  jk_f64x8 y = x > 710.0 ? (jk_f64x8)710.0 : x;
  y = y < -40.0 ? (jk_f64x8)-40.0 : y;
  jk_i64x8 n;
  jk_f64x8 r = jk_vexp_reduce_f64(y, &n);
  jk_i64x8 capped = n > 1022 ? (jk_i64x8)1022 : n;
  jk_f64x8 p = jk_vexp_fraction_f64(r) + (1.0 - jk_vpower_f64(-capped));
  jk_i64x8 half = jk_vhalf_f64(n);
  p = p * jk_vpower_f64(half) * jk_vpower_f64(n - half);
  return x == 0.0 ? x : p;
}

/// tanh(x) = -e / (2 + e), e = expm1(-2 |x|), with the sign of x: 3 ulps.
JK_INLINE jk_f64x8 jk_vtanh_f64(jk_f64x8 x) {
  jk_f64x8 e = jk_vexpm1_f64(jk_vabs_f64(x) * -2.0);
  jk_f64x8 size = -e / (e + 2.0);
  jk_i64x8 sign = (jk_i64x8)x & INT64_MIN;
  return (jk_f64x8)(((jk_i64x8)size & ~(jk_i64x8)INT64_MIN) | sign);
}

/// log(1 + exp(x)) = max(x, 0) + log(1 + exp(-|x|)): 3 ulps.
JK_INLINE jk_f64x8 jk_vsoftplus_f64(jk_f64x8 x) {
  jk_f64x8 e = jk_vexp_negative_f64(-jk_vabs_f64(x));
  return (x > 0.0 ? x : (jk_f64x8)0.0) + jk_vlog1p_unit_f64(e);
}
