// Everything of one dispatch level; JK_LEVEL_TABLES names its pair of tables. The including file has
// set the target with `#pragma clang attribute`.

// A level with fused multiply-add must give the bits of one without.
#pragma STDC FP_CONTRACT OFF

#include "philox.h"
#include "spins.h"
#include "math_f32.h"
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
