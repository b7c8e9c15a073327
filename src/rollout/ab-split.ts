import { Duration } from 'cdk8s';
import { InputError } from '../private/input-error';

/** Who gets which variant: the menu. */
export class AbSplit {
  /**
   * Whoever calls says it: a service that assigns people to variants sets a header to the name of the variant. Who sends none gets the control.
   *
   * @param headerName such as `x-variant`
   * @throws if HTTP allows no such header
   */
  public static header(headerName: string): AbSplit {
    if (!/^[a-z][-a-z0-9]*$/i.test(headerName)) {
      throw new InputError('ab-test/malformed-header', `'headerName' must be letters, digits and '-', got '${headerName}'`);
    }
    return new AbSplit(headerName, Duration.seconds(0));
  }

  /**
   * Chance says it, and a cookie remembers it: whoever has none is assigned by the shares of the variants. The router sets the cookie, so callers
   * have to keep it, as browsers do.
   *
   * @param cookieName such as `ab-checkout`
   * @param remembersFor how long, longer than the test
   * @throws if HTTP allows no such cookie, or it is forgotten at once
   */
  public static sticky(cookieName: string, remembersFor: Duration = Duration.days(90)): AbSplit {
    if (!/^[a-z][-a-z0-9_]*$/i.test(cookieName)) {
      throw new InputError('ab-test/malformed-cookie', `'cookieName' must be letters, digits, '-' and '_', got '${cookieName}'`);
    }
    if (remembersFor.toSeconds() < 1) {
      throw new InputError('ab-test/forgetful-cookie', "'remembersFor' must be longer than the test, got 0s; who changes the variant in between belongs to neither");
    }
    return new AbSplit(cookieName, remembersFor);
  }

  private constructor(
    /** Name of the header or of the cookie. */
    public readonly key: string,
    /** How long a cookie remembers. Nothing where a header says it. */
    public readonly remembersFor: Duration,
  ) {}
}
