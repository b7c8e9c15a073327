import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { ObjectProps } from './core-kinds';
import { judgeTreeOf } from '../controllers/judge';

/** @see https://istio.io/latest/docs/reference/config/security/peer_authentication/ */
export class PeerAuthentication extends ApiObject {
  public constructor(scope: Construct, id: string, props: ObjectProps) {
    super(scope, id, { apiVersion: 'security.istio.io/v1', kind: 'PeerAuthentication', ...props });
    judgeTreeOf(this);
  }
}

/** @see https://istio.io/latest/docs/reference/config/security/authorization-policy/ */
export class AuthorizationPolicy extends ApiObject {
  public constructor(scope: Construct, id: string, props: ObjectProps) {
    super(scope, id, { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', ...props });
  }
}

/** @see https://istio.io/latest/docs/reference/config/security/request_authentication/ */
export class RequestAuthentication extends ApiObject {
  public constructor(scope: Construct, id: string, props: ObjectProps) {
    super(scope, id, { apiVersion: 'security.istio.io/v1', kind: 'RequestAuthentication', ...props });
  }
}
