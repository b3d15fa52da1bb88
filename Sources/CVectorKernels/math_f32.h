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
