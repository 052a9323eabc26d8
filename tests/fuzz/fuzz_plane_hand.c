/* Fuzzes resolution by hand: any text of moves is played to the end, or refused with a reason. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "cusp/mem.h"
#include "unit/plane_help.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const curves[] = {"(x^2 - y^3)^2", "(x^2 - 2*y^2)^2", "x^2*y^4",
                                     "((y^2 - x^3)^2 - x^5*y)^2", "(x*y*(x - y))^2 + x^10"};

enum { N_CURVES = sizeof curves / sizeof *curves, MOVES_MOST = 400 };

/* The first byte chooses the curve; the moves are the rest. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const origin[2] = {"0", "0"};
    struct arena arena;
    struct hand hand = {0};
    const char *why = NULL;
    if (size < 2 || size > MOVES_MOST)
        return 0;
    struct poly *kl = plane_read(curves[data[0] % N_CURVES], NULL, NULL);
    struct plane_problem problem = plane_box(kl, "-1", "1");
    arena_init(&arena);
    const char *moves = arena_text(&arena, (const char *)data + 1, size - 1);
    enum status status = plane_by_hand(&problem, origin, moves, &arena, &hand, &why);
    if (status == ST_OK) {
        assert(hand.verdict != NULL && hand.verdict[0] != '\0');
        assert(!hand.done || hand.resolution.lambda.den > 0);
        assert(hand.done == (hand.n_open == 0));
    } else {
        assert(why != NULL && why[0] != '\0');
    }
    arena_done(&arena);
    poly_free(kl);
    return 0;
}
