import { InputProblems } from '../../private/input-error';

/** Properties of `TokenIssuer`. */
export interface TokenIssuerProps {
  /** The `iss` of its tokens, such as `https://accounts.example.com`. */
  readonly issuer: string;
  /** Address of its public keys. */
  readonly jwksUri: string;
  /** Whom its tokens are for: one of these has to be among the `aud` of a token. */
  readonly audiences: string[];
}

/** Who issues the tokens (JWT) of callers. */
export class TokenIssuer {
  /**
   * An issuer of OpenID Connect.
   *
   * @param props issuer, keys, audiences
   * @throws if the keys are not fetched over HTTPS, or any token of the issuer would do
   * @see https://istio.io/latest/docs/reference/config/security/request_authentication/#JWTRule
   */
  public static of(props: TokenIssuerProps): TokenIssuer {
    const { issuer, jwksUri, audiences } = props;
    const problems = new InputProblems();
    if (issuer.trim() === '' || /[\s*]/.test(issuer)) {
      problems.add('token/malformed-issuer', `'issuer' must be the 'iss' of the tokens, such as 'https://accounts.example.com', got '${issuer}'`);
    }
    if (!/^https:\/\/[^\s/]+\S*$/.test(jwksUri)) {
      problems.add('token/malformed-keys', `'jwksUri' must begin with 'https://', got '${jwksUri}'; who can change the keys can call the model`);
    }
    if (audiences.length === 0 || audiences.some((audience) => audience.trim() === '')) {
      problems.add('token/no-audiences', "'audiences' must name whom the tokens are for, got none; every token of the issuer, for whatever purpose, would do");
    }
    problems.throwAll();
    return new TokenIssuer(issuer, jwksUri, [...audiences]);
  }

  private constructor(
    /** The `iss` of its tokens. */
    public readonly issuer: string,
    /** Address of its public keys. */
    public readonly jwksUri: string,
    /** Whom its tokens are for. */
    public readonly audiences: string[],
  ) {}
}
