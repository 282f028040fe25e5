/**
 * Texts as tokens, in batches of like length: start at {@link
 * io.haori.inference.tokens.TokenizedRows}.
 *
 * <pre>{@code
 * TokenizedRows rows = TokenizedRows.of(List.of(Row.of("a rich soup", "food")), tokenizer, 128);
 * for (int[] index : BatchPlan.evaluation(rows.lengths()).batches()) {
 *   TokenBatch batch = rows.batch(index); // the rows with these numbers, padded to the longest
 * }
 * }</pre>
 */
@NullMarked
package io.haori.inference.tokens;

import org.jspecify.annotations.NullMarked;
