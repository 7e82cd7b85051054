/** The Postgres that tests make their databases on: the one of HUILIU_TEST_DATABASE_URL (its user may create databases). */
export async function testServerUrl(): Promise<string> {
  const given = process.env['HUILIU_TEST_DATABASE_URL'];
  if (given) return given;
  throw new Error('set HUILIU_TEST_DATABASE_URL to a Postgres whose user may create databases');
}
