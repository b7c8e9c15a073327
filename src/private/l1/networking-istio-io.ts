import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { ObjectProps } from './core-kinds';
import { judgeTreeOf } from '../controllers/judge';

/** `networking.istio.io/v1` VirtualService. */
export class VirtualService extends ApiObject {
  public constructor(scope: Construct, id: string, props: ObjectProps) {
    super(scope, id, { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', ...props });
    judgeTreeOf(this);
  }
}

/** `networking.istio.io/v1` DestinationRule. */
export class DestinationRule extends ApiObject {
  public constructor(scope: Construct, id: string, props: ObjectProps) {
    super(scope, id, { apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule', ...props });
  }
}

/** `networking.istio.io/v1` Gateway, which pods of an ingress gateway serve. */
export class IngressGatewayObject extends ApiObject {
  public constructor(scope: Construct, id: string, props: ObjectProps) {
    super(scope, id, { apiVersion: 'networking.istio.io/v1', kind: 'Gateway', ...props });
  }
}
