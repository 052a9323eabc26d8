/* What the files of Newton polyhedra share. */
#ifndef CUSP_NEWTON_PRIVATE_H
#define CUSP_NEWTON_PRIVATE_H

#include <flint/fmpz.h>
#include <stdint.h>

#include "cusp/polyhedron.h"

enum { NEWTON_MAX_VARS = RESOLUTION_MAX_VARS, NEWTON_WORD = 64 };

/* A face of the polyhedron by the facets it lies in: tight[n_words] bits, one a facet. */
struct newton_faces {
    size_t n, capacity, n_words;
    uint64_t *tight; /* [n][n_words] */
};

/* Fills the facets of out from its points. ST_LIMIT with out->why. */
CUSP_MUST_USE enum status newton_facets(struct arena *arena, struct newton *out);

/* All compact faces but the vertices. ST_LIMIT: too many. Released by mem_free(faces->tight). */
CUSP_MUST_USE enum status newton_compact_faces(const struct newton *newton,
                                               struct newton_faces *out);
bool newton_tight(const struct newton *newton, size_t facet, size_t point);
bool newton_on_face(const struct newton *newton, const uint64_t *face, size_t n_words,
                    size_t point);

/* Decides out->faces, face and why. */
void newton_check(const struct poly *const *generators, size_t n, const char *const *names,
                  struct arena *arena, struct newton *out);

/* Do polynomials in n_vars ≥ 1 variables, none of them 0, have a common zero with all coordinates
   real and not 0? how: a few words. effort: how many expensive tries are left. */
enum newton_zero { ZERO_NONE, ZERO_SOME, ZERO_UNKNOWN };
enum newton_zero newton_common_zero(struct poly *const *g, size_t n, size_t *effort,
                                    const char **how);

#endif
