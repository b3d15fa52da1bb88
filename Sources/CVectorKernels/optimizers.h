// Optimizer passes: everything that a step does to a parameter, in one reading and one writing of it.
// The gradient of the penalty l1 |t| + l2 t^2 / 2 is added to g.
// Included once a level and scalar type; see typed.h for the macros.

JK_INLINE V F(jk_penalized)(V g, V t, const jk_penalty *p) {
  return g + (t * (S)p->l2 + F(jk_vsign)(t) * (S)p->l1);
}

// Elements between what is written and what is asked for in advance. All cores have read the parameters
// since they were last written, and a line must be taken from the others before it can be written:
// asking early hides that.
#define JK_AHEAD (2048 / (int)sizeof(S))

// Runs STEP over whole vectors, then over what is left; STEP sees how to load and store.
#define JK_PASS                                                                 \
  int64_t i = 0, w = L;                                                         \
  for (; i + L <= n; i += L) STEP(load, store)                                  \
  if (i < n) {                                                                  \
    w = n - i;                                                                  \
    STEP(load_part, store_part)                                                 \
  }

static void F(jk_sgd)(
    void *ts, const void *gs, int64_t n, double rate, const jk_penalty *penalty) {
  S *t = ts;
  const S *g = gs;
#define STEP(LOAD, STORE)                                                       \
  {                                                                             \
    __builtin_prefetch(t + i + JK_AHEAD, 1);                                    \
    V a = F(jk_##LOAD)(t + i, w);                                               \
    V d = F(jk_penalized)(F(jk_##LOAD)(g + i, w), a, penalty);                  \
    F(jk_##STORE)(t + i, a - d * (S)rate, w);                                   \
  }
  JK_PASS
#undef STEP
}

static void F(jk_momentum)(
    void *ts, const void *gs, void *ms, int64_t n, double rate, double momentum, int nesterov,
    const jk_penalty *penalty) {
  S *t = ts, *m = ms;
  const S *g = gs;
#define STEP(LOAD, STORE)                                                       \
  {                                                                             \
    V a = F(jk_##LOAD)(t + i, w);                                               \
    V d = F(jk_penalized)(F(jk_##LOAD)(g + i, w), a, penalty);                  \
    V b = F(jk_##LOAD)(m + i, w) * (S)momentum + d;                             \
    F(jk_##STORE)(m + i, b, w);                                                 \
    V step = nesterov ? d + b * (S)momentum : b;                                \
    F(jk_##STORE)(t + i, a - step * (S)rate, w);                                \
  }
  JK_PASS
#undef STEP
}

static void F(jk_adam)(
    void *ts, const void *gs, void *ms, void *vs, int64_t n, const jk_adam_step *step,
    const jk_penalty *penalty) {
  S *t = ts, *m = ms, *v = vs;
  const S *g = gs;
  const S keep1 = (S)step->beta1, take1 = (S)(1.0 - step->beta1);
  const S keep2 = (S)step->beta2, take2 = (S)(1.0 - step->beta2);
  const S rate = (S)(step->rate / step->correction1);
  const S root = (S)(1.0 / __builtin_sqrt(step->correction2)), epsilon = (S)step->epsilon;
#define STEP(LOAD, STORE)                                                       \
  {                                                                             \
    V a = F(jk_##LOAD)(t + i, w);                                               \
    V d = F(jk_penalized)(F(jk_##LOAD)(g + i, w), a, penalty);                  \
    V first = F(jk_##LOAD)(m + i, w) * keep1 + d * take1;                       \
    V second = F(jk_##LOAD)(v + i, w) * keep2 + d * d * take2;                  \
    F(jk_##STORE)(m + i, first, w);                                             \
    F(jk_##STORE)(v + i, second, w);                                            \
    F(jk_##STORE)(                                                              \
        t + i, a - first * rate / (F(jk_vsqrt)(second) * root + epsilon), w);   \
  }
  JK_PASS
#undef STEP
}
#undef JK_PASS
#undef JK_AHEAD
