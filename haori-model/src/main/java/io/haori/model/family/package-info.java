/**
 * What a model family promises ({@link io.haori.model.family.ModelFamily}); each family has a
 * package of its own below this one and a line in {@link io.haori.model.catalogue.FamilyCatalogue}.
 */
@NullMarked
package io.haori.model.family;

import org.jspecify.annotations.NullMarked;
