/* Kernels for every x86-64 processor: two lanes. */
#include "kernels.h"

#if defined(__x86_64__)
#define KERNELS kernels_sse2
#define KERNELS_NAME "sse2"

#include <emmintrin.h>
#include <sleef.h>

#define VD __m128d
#define VM __m128d
#define V_LANES 2
#define V_LOAD(p) _mm_loadu_pd(p)
#define V_STORE(p, v) _mm_storeu_pd((p), (v))
#define V_SET(x) _mm_set1_pd(x)
#define V_MUL_ADD(x, y, z) ((x) * (y) + (z))
#define V_MUL_SUB(x, y, z) ((x) * (y) - (z))
#define V_SUB_MUL(x, y, z) ((z) - (x) * (y))
#define V_ABS(x) _mm_andnot_pd(_mm_set1_pd(-0.0), (x))
#define V_SQRT(x) _mm_sqrt_pd(x)
#define V_LT(x, y) _mm_cmplt_pd((x), (y))
#define V_LE(x, y) _mm_cmple_pd((x), (y))
#define V_EQ(x, y) _mm_cmpeq_pd((x), (y))
#define V_NE(x, y) _mm_cmpneq_pd((x), (y))
#define V_AND(m, k) _mm_and_pd((m), (k))
#define V_OR(m, k) _mm_or_pd((m), (k))
#define V_PICK(m, yes, no) v_pick((m), (yes), (no))

static inline __m128d v_pick(__m128d mask, __m128d yes, __m128d no)
{
    return _mm_or_pd(_mm_and_pd(mask, yes), _mm_andnot_pd(mask, no));
}

/* The low bits of the fraction become the exponent. */
#define V_FROM_EXPONENT(x) _mm_castsi128_pd(_mm_slli_epi64(_mm_castpd_si128(x), 52))
#define V_EXP Sleef_expd2_u10sse2
#define V_EXPM1 Sleef_expm1d2_u10sse2
#define V_LOG Sleef_logd2_u10sse2
#define V_LOG1P Sleef_log1pd2_u10sse2
#define V_SIN Sleef_sind2_u10sse2
#define V_COS Sleef_cosd2_u10sse2
#define V_ERF Sleef_erfd2_u10sse2
#define V_ERFC Sleef_erfcd2_u15sse2
#define V_POW Sleef_powd2_u10sse2

#include "kernels_template.h"
#endif
