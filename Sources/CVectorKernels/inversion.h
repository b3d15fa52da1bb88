// Random numbers from bits: uniform, normal, exponential, each by inversion. Included once a level and scalar type, and
// once more where vectors are wide; see level.h and typed.h for the macros.

/// Whole bits b as a real number, b below half the range.
JK_INLINE V F(jk_real)(UB b) {
#if JK_DOUBLE
  V high = (V)((b >> 32) | 0x4330000000000000u) - 0x1p52;
  V low = (V)((b & 0xFFFFFFFFu) | 0x4330000000000000u) - 0x1p52;
  return high * 0x1p32 + low;
#else
  return __builtin_convertvector((I)b, V);
#endif
}

/// Uniform in [0, 1): the top 24 bits for float, 53 for double.
JK_INLINE V F(jk_uniform_of_bits)(UB b) {
#if JK_DOUBLE
  return F(jk_real)(b >> 11) * 0x1p-53;
#else
  return F(jk_real)(b >> 8) * 0x1p-24f;
#endif
}

/// (b + 1/2) / range, folded at 1/2: the smaller of u and 1 - u, exactly as good on both sides.
JK_INLINE V F(jk_fold)(UB b) {
#if JK_DOUBLE
  UB t = (I)b < (I)0 ? ~b : b;
  return (F(jk_real)(t) + 0.5) * 0x1p-64;
#else
  UB t = (I)b < (I)0 ? ~b : b;
  return (F(jk_real)(t) + 0.5f) * 0x1p-32f;
#endif
}

/// Unit exponential, -log(1 - u), without loss at either end.
JK_INLINE V F(jk_exponential_of_bits)(UB b) {
  V q = F(jk_fold)(b);
  return (I)b < (I)0 ? -F(jk_vlog)(q) : -F(jk_vlog1p)(-q);
}

/// Standard normal by inversion: Wichura, "Algorithm AS 241: the percentage points of the normal
/// distribution", Applied Statistics 37 (1988): PPND7 for float, PPND16 for double.
JK_INLINE V F(jk_normal_of_bits)(UB b) {
  // Distance from the median, formed from the bits so that small values keep theirs.
  UB t = (I)b < (I)0 ? ~b : b;
  UB near = (~(UB)0 >> 1) - t;
#if JK_DOUBLE
  V q = (F(jk_real)(near) + 0.5) * 0x1p-64;
  V r = 0.180625 - q * q;
  V over = (((((((r * 2.5090809287301226727e+3 + 3.3430575583588128105e+4) * r
      + 6.7265770927008700853e+4) * r + 4.5921953931549871457e+4) * r
      + 1.3731693765509461125e+4) * r + 1.9715909503065514427e+3) * r
      + 1.3314166789178437745e+2) * r + 3.3871328727963666080e+0);
  V under = (((((((r * 5.2264952788528545610e+3 + 2.8729085735721942674e+4) * r
      + 3.9307895800092710610e+4) * r + 2.1213794301586595867e+4) * r
      + 5.3941960214247511077e+3) * r + 6.8718700749205790830e+2) * r
      + 4.2313330701600911252e+1) * r + 1.0);
  V s = F(jk_vsqrt)(-F(jk_vlog_normal)(F(jk_fold)(b)));
  V c = s - 1.6;
  V tail_over = (((((((c * 7.74545014278341407640e-4 + 2.27238449892691845833e-2) * c
      + 2.41780725177450611770e-1) * c + 1.27045825245236838258e+0) * c
      + 3.64784832476320460504e+0) * c + 5.76949722146069140550e+0) * c
      + 4.63033784615654529590e+0) * c + 1.42343711074968357734e+0);
  V tail_under = (((((((c * 1.05075007164441684324e-9 + 5.47593808499534494600e-4) * c
      + 1.51986665636164571966e-2) * c + 1.48103976427480074590e-1) * c
      + 6.89767334985100004550e-1) * c + 1.67638483018380384940e+0) * c
      + 2.05319162663775882187e+0) * c + 1.0);
  I far = s > 5.0;
  // One in 7e10: worth a jump, and the choice for a lane depends on that lane only.
  if (__builtin_reduce_or(far) != 0) {
    V d = s - 5.0;
    V far_over = (((((((d * 2.01033439929228813265e-7 + 2.71155556874348757815e-5) * d
        + 1.24266094738807843860e-3) * d + 2.65321895265761230930e-2) * d
        + 2.96560571828504891230e-1) * d + 1.78482653991729133580e+0) * d
        + 5.46378491116411436990e+0) * d + 6.65790464350110377720e+0);
    V far_under = (((((((d * 2.04426310338993978564e-15 + 1.42151175831644588870e-7) * d
        + 1.84631831751005468180e-5) * d + 7.86869131145613259100e-4) * d
        + 1.48753612908506148525e-2) * d + 1.36929880922735805310e-1) * d
        + 5.99832206555887937690e-1) * d + 1.0);
    tail_over = far ? far_over : tail_over;
    tail_under = far ? far_under : tail_under;
  }
  I middle = q <= 0.425;
  // Chosen before it is divided: one division less.
  V z = (middle ? q * over : tail_over) / (middle ? under : tail_under);
#else
  V q = (F(jk_real)(near) + 0.5f) * 0x1p-32f;
  V r = 0.180625f - q * q;
  // The third region of AS 241 begins at 1.4e-11, below the smallest fold, 2^-33.
  V c = F(jk_vsqrt)(-F(jk_vlog_normal)(F(jk_fold)(b))) - 1.6f;
  I middle = q <= 0.425f;
  // Both regions are a quotient of polynomials of degree three: their coefficients are chosen, not their values.
  V v = middle ? r : c;
#define JK_EITHER(A, B) (middle ? (V)(A) : (V)(B))
  V over = ((v * JK_EITHER(5.9109374720e+1f, 1.7023821103e-1f)
      + JK_EITHER(1.5929113202e+2f, 1.3067284816e+0f)) * v
      + JK_EITHER(5.0434271938e+1f, 2.7568153900e+0f)) * v
      + JK_EITHER(3.3871327179e+0f, 1.4234372777e+0f);
  V under = ((v * JK_EITHER(6.7187563600e+1f, 0.0f)
      + JK_EITHER(7.8757757664e+1f, 1.2021132975e-1f)) * v
      + JK_EITHER(1.7895169469e+1f, 7.3700164250e-1f)) * v + 1.0f;
#undef JK_EITHER
  V z = (middle ? q * over : over) / under;
#endif
  return (I)b < (I)0 ? z : -z;
}

JK_INLINE V F(jk_random_of_bits)(int kind, UB b) {
  switch (kind) {
    case JK_NORMAL: return F(jk_normal_of_bits)(b);
    case JK_EXPONENTIAL: return F(jk_exponential_of_bits)(b);
    default: return F(jk_uniform_of_bits)(b);
  }
}
