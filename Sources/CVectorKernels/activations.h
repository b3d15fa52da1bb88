// The logistic function and the smooth rectifiers made of it. Included once a level and scalar type, and once more
// where vectors are wide; see level.h and typed.h for the macros.

/// exp(-|y|) and with it the logistic function: e never overflows, and both tails keep their bits.
JK_INLINE V F(jk_logistic_of)(V y, V e) { return (y < (S)0 ? e : (V)(S)1) / (e + (S)1); }

JK_INLINE V F(jk_vlogistic)(V y) {
  return F(jk_logistic_of)(y, F(jk_vexp_negative)(-F(jk_vabs)(y)));
}

// The derivative of x s(x), where s is the logistic function: s + x s (1 - s).
JK_INLINE V F(jk_vswish_slope)(V x) {
  V s = F(jk_vlogistic)(x);
  return s + x * s * ((S)1 - s);
}

// GELU in its tangent form, x s(w) with w = sqrt(8/pi) (x + 0.044715 x^3), and its derivative
// s + x s (1 - s) w', which beyond 100 is 0 or 1 in either type.
JK_INLINE V F(jk_vgelu)(V x) {
  return x * F(jk_vlogistic)(x * ((S)1.5957691216057308 + (S)0.07135481627260025 * (x * x)));
}

JK_INLINE V F(jk_vgelu_slope)(V x) {
  x = x > (S)100 ? (V)(S)100 : x;
  x = x < (S)-100 ? (V)(S)-100 : x;
  V q = (S)0.07135481627260025 * (x * x);
  V w = x * ((S)1.5957691216057308 + q);
  // s (1 - s) = e / (1 + e)^2 keeps the bits that 1 - s would lose.
  V e = F(jk_vexp_negative)(-F(jk_vabs)(w)), d = e + (S)1;
  V rise = e / (d * d) * ((S)1.5957691216057308 + (S)3 * q);
  return F(jk_logistic_of)(w, e) + x * rise;
}

/// f(a), and f'(a) beside it, of SWISH or GELU: what they share is computed once.
JK_INLINE V F(jk_sloped)(const int function, V a, V *slope) {
  if (function == JK_GELU) {
    *slope = F(jk_vgelu_slope)(a);
    return F(jk_vgelu)(a);
  }
  *slope = F(jk_vswish_slope)(a);
  return a * F(jk_vlogistic)(a);
}

JK_INLINE int64_t F(jk_sloped_stretch_of)(
    const int function, const S *x, S *out, S *slope, int64_t n) {
  int64_t i = 0;
  for (; i + L <= n; i += L) {
    V a, rise;
    memcpy(&a, x + i, sizeof a);
    a = F(jk_sloped)(function, a, &rise);
    memcpy(out + i, &a, sizeof a);
    memcpy(slope + i, &rise, sizeof rise);
  }
  return i;
}

/// The whole vectors of a stretch. Returns how many numbers they have.
static int64_t F(jk_sloped_stretch)(int function, const S *x, S *out, S *slope, int64_t n) {
  return function == JK_GELU ? F(jk_sloped_stretch_of)(JK_GELU, x, out, slope, n)
                             : F(jk_sloped_stretch_of)(JK_SWISH, x, out, slope, n);
}
