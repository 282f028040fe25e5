/**
 * From files to records: one JSON object, line of text, row of a table or row of a sheet after the
 * other, with its line number and all of its fields. Start at {@link
 * io.haori.training.data.records.Records}; {@link io.haori.training.data.records.ReadOptions} says
 * what can be chosen about a file, {@link io.haori.training.data.records.RecordFormat} how it is
 * written. What the fields mean is the business of the callers.
 *
 * <pre>{@code
 * try (Records records = Records.open(Path.of("orders.xlsx"), ReadOptions.DETECT)) {
 *   for (DataRecord one = records.next(); one != null; one = records.next()) {
 *     System.out.println(one.line() + ": " + one.text("text"));
 *   }
 * }
 * }</pre>
 */
@NullMarked
package io.haori.training.data.records;

import org.jspecify.annotations.NullMarked;
