// Elementary functions of floats, without branches: V of them at a time, I integers of the same lanes, F(name) the
// name with the suffix of their number. Included once a level, and once more where vectors are wide; see level.h.
// Accuracy is stated in ulps of the result and tested against Double.

JK_INLINE V F(jk_vabs)(V x) {
  return (V)((I)x & 0x7FFFFFFF);
}

JK_INLINE V F(jk_vsqrt)(V x) { return __builtin_elementwise_sqrt(x); }

/// 2^n for n in [-126, 127].
JK_INLINE V F(jk_vpower)(I n) { return (V)((n + 127) << 23); }

/// exp(r) - 1 - r - r^2/2 ... folded as r + r^2 Q(r), |r| <= ln 2 / 2 (coefficients of Cephes expf).
JK_INLINE V F(jk_vexp_fraction)(V r) {
  V q = r * 1.9875691500e-4f + 1.3981999507e-3f;
  q = q * r + 8.3334519073e-3f;
  q = q * r + 4.1665795894e-2f;
  q = q * r + 1.6666665459e-1f;
  q = q * r + 5.0000001201e-1f;
  return q * (r * r) + r;
}

/// x = n ln 2 + r. The rounding is done by adding 1.5 * 2^23, which leaves n in the low bits of the
/// sum: no conversion, so NaN needs no care.
JK_INLINE V F(jk_vexp_reduce)(V x, I *n) {
  V shifted = x * 1.44269504088896341f + 12582912.0f;
  V k = shifted - 12582912.0f;
  *n = (I)shifted - 0x4B400000;
  return (x - k * 0.693359375f) - k * -2.12194440e-4f;
}

/// exp(x): 1 ulp, subnormal results included; exp(-inf) = 0.
JK_INLINE V F(jk_vexp)(V x) {
  x = x > 89.0f ? (V)89.0f : x;
  x = x < -104.5f ? (V)-104.5f : x;
  I n;
  V r = F(jk_vexp_reduce)(x, &n);
  V p = F(jk_vexp_fraction)(r) + 1.0f;
  // Two factors: one alone has no room for 2^128 or for subnormal results.
  I half = n >> 1;
  return p * F(jk_vpower)(half) * F(jk_vpower)(n - half);
}

/// exp(x) for x <= 0.
JK_INLINE V F(jk_vexp_negative)(V x) {
  x = x < -104.5f ? (V)-104.5f : x;
  I n;
  V r = F(jk_vexp_reduce)(x, &n);
  V p = F(jk_vexp_fraction)(r) + 1.0f;
  I half = n >> 1;
  return p * F(jk_vpower)(half) * F(jk_vpower)(n - half);
}

/// log(2^k (1 + f)) + c for sqrt(1/2) <= 1 + f < sqrt(2) and a small correction c. Method and
/// coefficients of FreeBSD e_logf.c: s = f / (2 + f), log(1 + f) = f - f^2/2 + s (f^2/2 + R(s^2)).
JK_INLINE V F(jk_vlog_core)(V f, V k, V c) {
  V s = f / (f + 2.0f);
  V z = s * s;
  V w = z * z;
  V even = w * (w * 0.24279078841f + 0.40000972152f);
  V odd = z * (w * 0.28498786688f + 0.66666662693f);
  V square = f * f * 0.5f;
  V tail = k * 9.0580006145e-06f + c;
  return k * 6.9313812256e-01f - ((square - (s * (square + (even + odd)) + tail)) - f);
}

/// x = 2^k m with m in [sqrt(1/2), sqrt(2)), for normal x > 0.
JK_INLINE V F(jk_vlog_reduce)(V x, I *k) {
  // Shifted so that the exponent steps at sqrt(1/2).
  *k = ((I)x - 0x3F3504F3) >> 23;
  return (V)((I)x - (*k << 23));
}

/// log(x) for normal x > 0, the same bits as below.
JK_INLINE V F(jk_vlog_normal)(V x) {
  I k;
  V m = F(jk_vlog_reduce)(x, &k);
  return F(jk_vlog_core)(m - 1.0f, __builtin_convertvector(k, V), (V)0.0f);
}

/// log(x): 1 ulp; log(0) = -inf, NaN below.
JK_INLINE V F(jk_vlog)(V x) {
  I tiny = x < 0x1p-126f;
  I k;
  V m = F(jk_vlog_reduce)(tiny ? x * 0x1p25f : x, &k);
  k = tiny ? k - 25 : k;
  V result = F(jk_vlog_core)(m - 1.0f, __builtin_convertvector(k, V), (V)0.0f);
  result = x < __builtin_inff() ? result : x;
  result = x == 0.0f ? (V)-__builtin_inff() : result;
  return x < 0.0f ? (V)__builtin_nanf("") : result;
}

/// log(1 + y): 2 ulps. The part of y that 1 + y loses comes back as c; without any loss when 1 + y
/// needs no reduction.
JK_INLINE V F(jk_vlog1p)(V y) {
  V u = y + 1.0f;
  I k;
  V m = F(jk_vlog_reduce)(u, &k);
  V lost = k > 1 ? 1.0f - (u - y) : y - (u - 1.0f);
  I direct = k == 0;
  V f = direct ? y : m - 1.0f;
  V result = F(jk_vlog_core)(f, __builtin_convertvector(k, V), direct ? (V)0.0f : lost / u);
  result = y < __builtin_inff() ? result : y;
  result = y == 0.0f ? y : result;
  result = y == -1.0f ? (V)-__builtin_inff() : result;
  return y < -1.0f ? (V)__builtin_nanf("") : result;
}

/// log(1 + e) for 0 <= e <= 1 or NaN.
JK_INLINE V F(jk_vlog1p_unit)(V e) {
  I big = e > 0.41421356f;
  V f = big ? (e - 1.0f) * 0.5f : e;
  return F(jk_vlog_core)(f, big ? (V)1.0f : (V)0.0f, (V)0.0f);
}

/// exp(x) - 1: 2 ulps. 2^n (expm1(r) + (1 - 2^-n)) keeps the small results.
JK_INLINE V F(jk_vexpm1)(V x) {
  V y = x > 89.0f ? (V)89.0f : x;
  y = y < -20.0f ? (V)-20.0f : y;
  I n;
  V r = F(jk_vexp_reduce)(y, &n);
  I capped = n > 126 ? (I)126 : n;
  V p = F(jk_vexp_fraction)(r) + (1.0f - F(jk_vpower)(-capped));
  I half = n >> 1;
  p = p * F(jk_vpower)(half) * F(jk_vpower)(n - half);
  return x == 0.0f ? x : p;
}

/// tanh(x) = -e / (2 + e), e = expm1(-2 |x|), with the sign of x: 3 ulps.
JK_INLINE V F(jk_vtanh)(V x) {
  V e = F(jk_vexpm1)(F(jk_vabs)(x) * -2.0f);
  V size = -e / (e + 2.0f);
  I sign = (I)x & INT32_MIN;
  return (V)(((I)size & ~(I)INT32_MIN) | sign);
}

/// log(1 + exp(x)) = max(x, 0) + log(1 + exp(-|x|)): 3 ulps.
JK_INLINE V F(jk_vsoftplus)(V x) {
  V e = F(jk_vexp_negative)(-F(jk_vabs)(x));
  return (x > 0.0f ? x : (V)0.0f) + F(jk_vlog1p_unit)(e);
}
