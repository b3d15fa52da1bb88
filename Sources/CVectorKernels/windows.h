// Pictures cut into overlapping windows, one a row of a matrix, and the transpose of that: windows added up in their
// places. Pictures are [batch, height, width, channels], so that a line of a window is contiguous.
// Included once a level and scalar type; see typed.h for the macros.

// For every line of every window in order: `at` is where it begins in the picture, of which the elements from `first` to
// before `last` are inside; `run` is its length.
#define JK_WINDOW_LINES(BODY)                                                   \
  const int64_t run = w->window_width * w->channels, line = w->width * w->channels; \
  for (int64_t b = 0; b < w->batch; b++)                                        \
    for (int64_t oy = 0; oy < w->out_height; oy++)                              \
      for (int64_t ox = 0; ox < w->out_width; ox++) {                           \
        const int64_t x = ox * w->stride - w->padding;                          \
        const int64_t before = (x < 0 ? -x : 0) * w->channels;                  \
        const int64_t room = (w->width - x) * w->channels;                      \
        for (int64_t ky = 0; ky < w->window_height; ky++) {                     \
          const int64_t y = oy * w->stride - w->padding + ky;                   \
          const int inside = y >= 0 && y < w->height;                           \
          const int64_t first = before < run ? before : run;                    \
          const int64_t end = !inside || room < 0 ? 0 : room < run ? room : run; \
          const int64_t last = end > first ? end : first;                       \
          const int64_t at = (b * w->height + y) * line + x * w->channels;      \
          BODY                                                                  \
        }                                                                       \
      }

static void F(jk_patches)(const void *pictures, void *outs, const jk_windows *w) {
  const S *picture = pictures;
  S *out = outs;
#define BODY                                                                    \
  for (int64_t i = 0; i < first; i++) out[i] = 0;                               \
  for (int64_t i = first; i < last; i++) out[i] = picture[at + i];              \
  for (int64_t i = last; i < run; i++) out[i] = 0;                              \
  out += run;
  JK_WINDOW_LINES(BODY)
#undef BODY
}

static void F(jk_add_patches)(const void *patches, void *pictures, const jk_windows *w) {
  const S *patch = patches;
  S *picture = pictures;
#define BODY                                                                    \
  for (int64_t i = first; i < last; i++) picture[at + i] += patch[i];           \
  patch += run;
  JK_WINDOW_LINES(BODY)
#undef BODY
}
#undef JK_WINDOW_LINES
