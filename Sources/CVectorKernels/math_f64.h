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

/// log(x) for any x: 1 ulp. Method and coefficients of FreeBSD e_log.c: x = 2^k m,
/// m in [sqrt(1/2), sqrt(2)), f = m - 1, s = f / (2 + f), log m = f - f^2/2 + s (f^2/2 + R(s^2)).
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
  return k * 6.93147180369123816490e-01
      - ((square - (s * (square + (even + odd)) + tail)) - f);
}

JK_INLINE jk_f64x8 jk_vlog_f64(jk_f64x8 x) {
  jk_i64x8 tiny = x < 2.2250738585072014e-308;
  jk_f64x8 y = tiny ? x * 18014398509481984.0 : x;
  // Shifted so that the mantissa wraps at sqrt(1/2).
  jk_i64x8 bits = (jk_i64x8)y - 0x3FE6A09E667F3BCD;
  jk_i64x8 k = bits >> 52;
  jk_f64x8 m = (jk_f64x8)((jk_i64x8)y - (k << 52));
  k = tiny ? k - 54 : k;
  jk_f64x8 result
      = jk_vlog_core_f64(m - 1.0, jk_vdouble_f64(k), (jk_f64x8)0.0);
  result = x < __builtin_inf() ? result : x;
  result = x == 0.0 ? (jk_f64x8)-__builtin_inf() : result;
  return x < 0.0 ? (jk_f64x8)__builtin_nan("") : result;
}
