/**
 * What a mix of domain modules is made of, and how small it can be stored: {@link
 * io.haori.training.mix.ModuleShares} says which modules a task used, {@link
 * io.haori.training.mix.AnswerShares} which a decoder's answers used, {@link
 * io.haori.training.mix.MixSize} builds and scores smaller forms.
 */
@NullMarked
package io.haori.training.mix;

import org.jspecify.annotations.NullMarked;
