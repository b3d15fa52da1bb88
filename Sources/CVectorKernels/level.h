// Everything of one dispatch level; JK_LEVEL_TABLES names its pair of tables. The including file has
// set the target with `#pragma clang attribute`.

// A level with fused multiply-add must give the bits of one without.
#pragma STDC FP_CONTRACT OFF

#include "philox.h"
#include "spins.h"

#define JK_DOUBLE 0
#define S float
#define V jk_f32x16
#define I jk_i32x16
#define F(name) name##_f32
#include "math_f32.h"
#undef V
#undef I
#undef F
#if defined(JK_WIDE)
// Four vectors at once: a processor finds work in three while it waits for one. Sixteen registers are too few for it.
#define V jk_f32x64
#define I jk_i32x64
#define UB jk_u32x64
#define L 64
#define F(name) name##_f32w
#include "math_f32.h"
#include "activations.h"
#include "inversion.h"
#undef V
#undef I
#undef UB
#undef L
#undef F
#endif
#undef S
#undef JK_DOUBLE

#include "math_f64.h"
#include "pairs.h"
#include "fourier.h"

#define JK_DOUBLE 0
#include "typed.h"
#undef JK_DOUBLE
#define JK_DOUBLE 1
#include "typed.h"
#undef JK_DOUBLE

const jk_table *const JK_LEVEL_TABLES[2] = {&jk_functions_f32, &jk_functions_f64};
