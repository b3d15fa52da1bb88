// Elementary functions of sixteen floats, without branches. Included once a level.
// Accuracy is stated in ulps of the result and tested against Double.

JK_INLINE jk_f32x16 jk_vabs_f32(jk_f32x16 x) {
  return (jk_f32x16)((jk_i32x16)x & 0x7FFFFFFF);
}

JK_INLINE jk_f32x16 jk_vsqrt_f32(jk_f32x16 x) { return __builtin_elementwise_sqrt(x); }

/// 2^n for n in [-126, 127].
JK_INLINE jk_f32x16 jk_vpower_f32(jk_i32x16 n) { return (jk_f32x16)((n + 127) << 23); }

/// exp(r) - 1 - r - r^2/2 ... folded as r + r^2 Q(r), |r| <= ln 2 / 2 (coefficients of Cephes expf).
JK_INLINE jk_f32x16 jk_vexp_fraction_f32(jk_f32x16 r) {
  jk_f32x16 q = r * 1.9875691500e-4f + 1.3981999507e-3f;
  q = q * r + 8.3334519073e-3f;
  q = q * r + 4.1665795894e-2f;
  q = q * r + 1.6666665459e-1f;
  q = q * r + 5.0000001201e-1f;
  return q * (r * r) + r;
}

/// x = n ln 2 + r. The rounding is done by adding 1.5 * 2^23, which leaves n in the low bits of the
/// sum: no conversion, so NaN needs no care.
JK_INLINE jk_f32x16 jk_vexp_reduce_f32(jk_f32x16 x, jk_i32x16 *n) {
  jk_f32x16 shifted = x * 1.44269504088896341f + 12582912.0f;
  jk_f32x16 k = shifted - 12582912.0f;
  *n = (jk_i32x16)shifted - 0x4B400000;
  return (x - k * 0.693359375f) - k * -2.12194440e-4f;
}

/// exp(x): 1 ulp, subnormal results included; exp(-inf) = 0.
JK_INLINE jk_f32x16 jk_vexp_f32(jk_f32x16 x) {
  x = x > 89.0f ? (jk_f32x16)89.0f : x;
  x = x < -104.5f ? (jk_f32x16)-104.5f : x;
  jk_i32x16 n;
  jk_f32x16 r = jk_vexp_reduce_f32(x, &n);
  jk_f32x16 p = jk_vexp_fraction_f32(r) + 1.0f;
  // Two factors: one alone has no room for 2^128 or for subnormal results.
  jk_i32x16 half = n >> 1;
  return p * jk_vpower_f32(half) * jk_vpower_f32(n - half);
}

/// exp(x) for x <= 0.
JK_INLINE jk_f32x16 jk_vexp_negative_f32(jk_f32x16 x) {
  x = x < -104.5f ? (jk_f32x16)-104.5f : x;
  jk_i32x16 n;
  jk_f32x16 r = jk_vexp_reduce_f32(x, &n);
  jk_f32x16 p = jk_vexp_fraction_f32(r) + 1.0f;
  jk_i32x16 half = n >> 1;
  return p * jk_vpower_f32(half) * jk_vpower_f32(n - half);
}

/// log(2^k (1 + f)) + c for sqrt(1/2) <= 1 + f < sqrt(2) and a small correction c. Method and
/// coefficients of FreeBSD e_logf.c: s = f / (2 + f), log(1 + f) = f - f^2/2 + s (f^2/2 + R(s^2)).
JK_INLINE jk_f32x16 jk_vlog_core_f32(jk_f32x16 f, jk_f32x16 k, jk_f32x16 c) {
  jk_f32x16 s = f / (f + 2.0f);
  jk_f32x16 z = s * s;
  jk_f32x16 w = z * z;
  jk_f32x16 even = w * (w * 0.24279078841f + 0.40000972152f);
  jk_f32x16 odd = z * (w * 0.28498786688f + 0.66666662693f);
  jk_f32x16 square = f * f * 0.5f;
  jk_f32x16 tail = k * 9.0580006145e-06f + c;
  return k * 6.9313812256e-01f - ((square - (s * (square + (even + odd)) + tail)) - f);
}

/// x = 2^k m with m in [sqrt(1/2), sqrt(2)), for normal x > 0.
JK_INLINE jk_f32x16 jk_vlog_reduce_f32(jk_f32x16 x, jk_i32x16 *k) {
  // Shifted so that the exponent steps at sqrt(1/2).
  *k = ((jk_i32x16)x - 0x3F3504F3) >> 23;
  return (jk_f32x16)((jk_i32x16)x - (*k << 23));
}

/// log(x) for normal x > 0, the same bits as below.
JK_INLINE jk_f32x16 jk_vlog_normal_f32(jk_f32x16 x) {
  jk_i32x16 k;
  jk_f32x16 m = jk_vlog_reduce_f32(x, &k);
  return jk_vlog_core_f32(m - 1.0f, __builtin_convertvector(k, jk_f32x16), (jk_f32x16)0.0f);
}

/// log(x): 1 ulp; log(0) = -inf, NaN below.
JK_INLINE jk_f32x16 jk_vlog_f32(jk_f32x16 x) {
  jk_i32x16 tiny = x < 0x1p-126f;
  jk_i32x16 k;
  jk_f32x16 m = jk_vlog_reduce_f32(tiny ? x * 0x1p25f : x, &k);
  k = tiny ? k - 25 : k;
  jk_f32x16 result = jk_vlog_core_f32(m - 1.0f, __builtin_convertvector(k, jk_f32x16), (jk_f32x16)0.0f);
  result = x < __builtin_inff() ? result : x;
  result = x == 0.0f ? (jk_f32x16)-__builtin_inff() : result;
  return x < 0.0f ? (jk_f32x16)__builtin_nanf("") : result;
}

/// log(1 + y): 2 ulps. The part of y that 1 + y loses comes back as c; without any loss when 1 + y
/// needs no reduction.
JK_INLINE jk_f32x16 jk_vlog1p_f32(jk_f32x16 y) {
  jk_f32x16 u = y + 1.0f;
  jk_i32x16 k;
  jk_f32x16 m = jk_vlog_reduce_f32(u, &k);
  jk_f32x16 lost = k > 1 ? 1.0f - (u - y) : y - (u - 1.0f);
  jk_i32x16 direct = k == 0;
  jk_f32x16 f = direct ? y : m - 1.0f;
  jk_f32x16 result = jk_vlog_core_f32(f, __builtin_convertvector(k, jk_f32x16), direct ? (jk_f32x16)0.0f : lost / u);
  result = y < __builtin_inff() ? result : y;
  result = y == 0.0f ? y : result;
  result = y == -1.0f ? (jk_f32x16)-__builtin_inff() : result;
  return y < -1.0f ? (jk_f32x16)__builtin_nanf("") : result;
}

/// log(1 + e) for 0 <= e <= 1 or NaN.
JK_INLINE jk_f32x16 jk_vlog1p_unit_f32(jk_f32x16 e) {
  jk_i32x16 big = e > 0.41421356f;
  jk_f32x16 f = big ? (e - 1.0f) * 0.5f : e;
  return jk_vlog_core_f32(f, big ? (jk_f32x16)1.0f : (jk_f32x16)0.0f, (jk_f32x16)0.0f);
}

/// exp(x) - 1: 2 ulps. 2^n (expm1(r) + (1 - 2^-n)) keeps the small results.
JK_INLINE jk_f32x16 jk_vexpm1_f32(jk_f32x16 x) {
  jk_f32x16 y = x > 89.0f ? (jk_f32x16)89.0f : x;
  y = y < -20.0f ? (jk_f32x16)-20.0f : y;
  jk_i32x16 n;
  jk_f32x16 r = jk_vexp_reduce_f32(y, &n);
  jk_i32x16 capped = n > 126 ? (jk_i32x16)126 : n;
  jk_f32x16 p = jk_vexp_fraction_f32(r) + (1.0f - jk_vpower_f32(-capped));
  jk_i32x16 half = n >> 1;
  p = p * jk_vpower_f32(half) * jk_vpower_f32(n - half);
  return x == 0.0f ? x : p;
}

/// tanh(x) = -e / (2 + e), e = expm1(-2 |x|), with the sign of x: 3 ulps.
JK_INLINE jk_f32x16 jk_vtanh_f32(jk_f32x16 x) {
  jk_f32x16 e = jk_vexpm1_f32(jk_vabs_f32(x) * -2.0f);
  jk_f32x16 size = -e / (e + 2.0f);
  jk_i32x16 sign = (jk_i32x16)x & INT32_MIN;
  return (jk_f32x16)(((jk_i32x16)size & ~(jk_i32x16)INT32_MIN) | sign);
}

/// log(1 + exp(x)) = max(x, 0) + log(1 + exp(-|x|)): 3 ulps.
JK_INLINE jk_f32x16 jk_vsoftplus_f32(jk_f32x16 x) {
  jk_f32x16 e = jk_vexp_negative_f32(-jk_vabs_f32(x));
  return (x > 0.0f ? x : (jk_f32x16)0.0f) + jk_vlog1p_unit_f32(e);
}
